using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Clients;

/// <summary>A project that depends on one package, in a folder of its own.</summary>
internal sealed class App : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string package;

    private App(string package) => this.package = package;

    public string Path => folder.Path;

    public static App DependingOn(string package)
    {
        var app = new App(package);
        var manifest = new JsonObject { ["name"] = "app", ["version"] = "0.0.0", ["private"] = true, ["dependencies"] = new JsonObject { [package] = "^1.0.0" } };
        app.Write("package.json", manifest.ToJsonString());

        return app;
    }

    public void Write(string file, string text) => File.WriteAllText(System.IO.Path.Combine(Path, file), text);

    public string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    /// <summary>What the package says when a program of this project asks for it.</summary>
    public async Task ShouldRunAsync(string version)
    {
        var run = (await Command.RunAsync("node", ["-p", $"require('{package}')"], Path)).ShouldSucceed();

        Assert.Equal($"{package}@{version}", run.Output.Trim());
    }

    public void Dispose() => folder.Dispose();
}
