using Assay.Server.Answers;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Operations;

/// <summary>What an operator does with backups: within this process where many are needed, and as commands where it is about the commands.</summary>
internal static class Operator
{
    /// <summary>So that documents are the same bytes wherever the registry runs.</summary>
    public const string SameAddress = "--Assay:PublicUrl=http://localhost:4873/";

    public static Task<ProgressOutcome> BackUpAsync(this RegistryApp app, string file) =>
        app.Services.GetRequiredService<BackupRegistry>().RunAsync(file, new Progress<Progress>(), CancellationToken.None);

    /// <summary>A backup that must be whole.</summary>
    public static async Task<string> BackedUpAsync(this RegistryApp app, TemporaryFolder folder, string name = "a.tar")
    {
        var outcome = await app.BackUpAsync(folder.In(name));
        Assert.True(outcome is { Error: null, Fails: false }, outcome.ToJson().ToJsonString());
        return folder.In(name);
    }

    public static async Task<string> RestoredAsync(string file, string directory, params string[] options)
    {
        var ended = await ServerProgram.RunAsync(["restore", file, "--data", directory, .. options]);
        Assert.True(ended.ExitCode == 0, ended.Error);
        return ended.Output;
    }

    public static Task<UnpackedBackup> UnpackAsync(string file, string directory) =>
        UnpackBackup.RunAsync(file, directory, checkpointFile: null, new Progress<Progress>(), CancellationToken.None);
}
