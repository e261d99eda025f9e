using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.CiSimulator;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

try
{
    var line = CommandLine.Parse(args);
    await using var simulator = await CiSimulatorHost.StartAsync(line.Options);
    Console.WriteLine($"Simulating CI issuers: {simulator.Github} {simulator.Gitlab} {simulator.Circleci}");

    if (line.ReadyFile is { } file)
    {
        // Renamed into place: whoever waits for the file never reads half of it.
        await File.WriteAllTextAsync(file + ".part", ReadyDocument(simulator));
        File.Move(file + ".part", file, overwrite: true);
    }

    await simulator.WaitForShutdownAsync();
    return 0;
}
catch (Exception mistake) when (mistake is FormatException or JsonException or ArgumentException or IOException)
{
    await Console.Error.WriteLineAsync(mistake.Message);
    return 2;
}

static string ReadyDocument(CiSimulatorHost simulator) => new JsonObject
{
    ["url"] = simulator.Url.OriginalString,
    ["github"] = simulator.Github.OriginalString,
    ["gitlab"] = simulator.Gitlab.OriginalString,
    ["gitlabConfigHost"] = simulator.GitlabConfigHost,
    ["circleci"] = simulator.Circleci.OriginalString,
}.ToJsonString();
