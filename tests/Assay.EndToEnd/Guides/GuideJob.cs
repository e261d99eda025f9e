using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Guides;

/// <summary>A job of a guide's CI system, with a checkout, the commands and files that its step expects, and nothing else.</summary>
internal sealed class GuideJob : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Guide guide;
    private readonly Dictionary<string, string> environment;

    private GuideJob(Guide guide, CiSimulatorHost ci, SamplePackage package, Uri registry)
    {
        this.guide = guide;
        Package = package;
        environment = guide.Start(ci);
        environment["HOME"] = folder.Sub("home");
        environment["ASSAY_URL"] = registry.ToString();
        environment["PACKAGE"] = package.Name;
        environment["COMMANDS"] = Commands;
    }

    public SamplePackage Package { get; }

    private string Commands => folder.Sub("commands");

    private string Checkout => folder.Sub("checkout");

    public static async Task<GuideJob> StartAsync(Guide guide, CiSimulatorHost ci, string flySocket, SamplePackage package, Uri registry)
    {
        var job = new GuideJob(guide, ci, package, registry);
        package.WriteTo(job.Checkout);
        await File.WriteAllTextAsync(Path.Combine(job.environment["HOME"], ".npmrc"), "fetch-retries=0\naudit=false\nfund=false\nupdate-notifier=false\n");
        await job.InstallNpmAsync();
        await job.EquipAsync(ci, flySocket);

        return job;
    }

    /// <summary>Runs the page's step as the strictest CI system would: stopping at the first failure, and showing each command.</summary>
    public async Task<Finished> RunStepAsync() => await RunAsync(guide.Step);

    /// <summary>Runs another script in the same job.</summary>
    public async Task<Finished> RunAsync(string script)
    {
        var file = Path.Combine(folder.Path, "step.sh");
        await File.WriteAllTextAsync(file, script);

        return await Command.RunAsync("sh", ["-c", "PATH=\"$COMMANDS:$PATH\" exec sh -xe \"$0\"", file], Checkout, environment);
    }

    public void Dispose() => folder.Dispose();

    private async Task InstallNpmAsync()
    {
        var npm = await PinnedClient.Npm.InstalledAsync();
        await WriteCommandAsync("npm", $"#!/bin/sh\nexec {string.Join(' ', npm)} \"$@\"\n");
    }

    private async Task EquipAsync(CiSimulatorHost ci, string flySocket)
    {
        switch (guide.Provider)
        {
            case "aws" or "vault":
                await StandInAsync(guide.Provider, $"{ci.IssuerOf(guide.Provider)}/token");
                break;
            case "buildkite":
                await StandInAsync("buildkite-agent", $"{ci.IssuerOf(guide.Provider)}/token");
                break;
            case "circleci":
                environment.Remove("NPM_ID_TOKEN");
                await StandInAsync("circleci", $"{ci.Url}circleci/jobs");
                break;
            case "flyio":
                environment["FLY_API_SOCKET"] = flySocket;
                break;
            case "kubernetes" or "spiffe":
                environment["NPM_ID_TOKEN_FILE"] = Path.Combine(folder.Path, "token");
                environment.Remove("NPM_ID_TOKEN", out var token);
                await File.WriteAllTextAsync(environment["NPM_ID_TOKEN_FILE"], token);
                break;
        }
    }

    private Task StandInAsync(string command, string url)
    {
        var simulator = new JsonObject { ["url"] = url, ["claims"] = guide.Claims, ["audience"] = guide.Audience };
        File.WriteAllText(Path.Combine(Commands, "simulator.json"), simulator.ToJsonString());

        return WriteCommandAsync(command, File.ReadAllText(Path.Combine(Harness.Checkout.Root, "tests", "Assay.EndToEnd", "Guides", "stand-in.js")));
    }

    private async Task WriteCommandAsync(string name, string text)
    {
        var file = Path.Combine(Commands, name);
        await File.WriteAllTextAsync(file, text);
        (await Command.RunAsync("chmod", ["+x", file], Commands)).ShouldSucceed();
    }
}
