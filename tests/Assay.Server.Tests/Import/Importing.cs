using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Import;
using Assay.Server.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Import;

/// <summary>An import as the operator's socket gets it.</summary>
internal static class ImportingExtensions
{
    public static Task<ProgressOutcome> ImportAsync(this RegistryApp app, Uri from, params string[] names) => app.ImportAsync(from.AbsoluteUri, names);

    public static Task<ProgressOutcome> ImportAsync(this RegistryApp app, string from, params string[] names) =>
        app.ImportAsync(Asking(from, names));

    public static Task<ProgressOutcome> ImportAsync(this RegistryApp app, JsonObject asked)
    {
        var (request, problem) = ImportRequest.Read(asked);
        Assert.True(request is not null, problem);
        return app.Services.GetRequiredService<RunImport>().RunAsync(request, new Progress<Progress>(), CancellationToken.None);
    }

    public static JsonObject Asking(string from, params string[] names) => new()
    {
        ["from"] = from,
        ["owner"] = "casey",
        ["names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
    };

    /// <summary>Everything came or was there, and this is what the command says.</summary>
    public static string ShouldBeDone(this ProgressOutcome outcome)
    {
        Assert.True(outcome is { Fails: false, Error: null }, $"{outcome.Error}\n{string.Join('\n', outcome.Lines)}");
        return outcome.Lines[0];
    }

    /// <summary>Something was refused with this code, and the command fails.</summary>
    public static string ShouldRefuse(this ProgressOutcome outcome, string code)
    {
        var text = string.Join('\n', outcome.Lines);
        Assert.True(outcome.Error is null, outcome.Error);
        Assert.True(outcome.Fails, text);
        Assert.Contains($"refused, {code}: ", text, StringComparison.Ordinal);
        return text;
    }

    public static string[] Versions(this JsonObject packument) => packument["versions"].Keys();
}
