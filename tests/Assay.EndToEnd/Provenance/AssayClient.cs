using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Provenance;

/// <summary>A member's own <c>assay</c>, with what it remembers.</summary>
internal sealed class AssayClient : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Uri registry;

    public AssayClient(World world)
    {
        registry = world.Server.Url;
        File.WriteAllText(Path.Combine(folder.Path, ".npmrc"), $"registry={registry}\n{PackageManager.TokenLine(registry, world.MemberToken)}\n");
    }

    public Task<Finished> RunAsync(params string[] arguments) => Command.RunAsync(
        "dotnet",
        [Checkout.ClientAssembly, .. arguments],
        folder.Path,
        new Dictionary<string, string> { ["HOME"] = folder.Path, ["XDG_STATE_HOME"] = Path.Combine(folder.Path, "state"), ["DOTNET_NOLOGO"] = "1" });

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(folder.Path, file), text);

    public void WriteLockfile(IReadOnlyList<(string Name, string Version, string Integrity)> packages)
    {
        var entries = new JsonObject { [""] = new JsonObject { ["name"] = "app", ["version"] = "1.0.0" } };
        foreach (var (name, version, integrity) in packages)
        {
            var file = name[(name.IndexOf('/') + 1)..];
            entries[$"node_modules/{name}"] = new JsonObject { ["version"] = version, ["resolved"] = $"{registry}{name}/-/{file}-{version}.tgz", ["integrity"] = integrity };
        }
        var lockfile = new JsonObject { ["name"] = "app", ["version"] = "1.0.0", ["lockfileVersion"] = 3, ["packages"] = entries };
        Write("package-lock.json", lockfile.ToJsonString());
    }

    public void Dispose() => folder.Dispose();
}
