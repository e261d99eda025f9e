using System.Text;
using System.Text.Json;
using Assay.Cli.Logs;
using Assay.Cli.Output;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Monitoring;

/// <summary>What a look at the log found.</summary>
internal sealed record MonitorReport(TreeHead Head, LogTrust Trust, long From, ReadingResult Reading)
{
    public ExitCode ExitCode => Reading.Problems.Count == 0 ? Output.ExitCode.Good : Output.ExitCode.Refuted;

    public void WriteText(TextWriter output)
    {
        if (Trust.IsFirstUse)
        {
            output.WriteLine("Seen for the first time. These keys are believed from now on; compare them with what the operator tells you elsewhere:");
            foreach (var key in Trust.Keys)
            {
                output.WriteLine($"  {PlainText.Of($"{key.Key}")}");
            }
        }
        output.WriteLine($"Log of {PlainText.Of(Head.Origin)}: {Head.Size} leaves, root {Head.Root}, signed; one history with what was seen before.");
        output.WriteLine($"Read leaves {From} to {Head.Size}: {string.Join(", ", Reading.Kinds.Select(kind => $"{kind.Value} {PlainText.Of(kind.Key)}"))}");
        foreach (var problem in Reading.Problems)
        {
            output.WriteLine($"NOT VERIFIED: {problem}");
        }
    }

    public void WriteJson(TextWriter output)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("exitCode", (int)ExitCode);
            json.WriteString("origin", Head.Origin);
            json.WriteNumber("size", Head.Size);
            json.WriteString("root", $"{Head.Root}");
            json.WriteNumber("readFrom", From);
            json.WriteStartArray("keys");
            foreach (var key in Trust.Keys)
            {
                json.WriteStringValue($"{key.Key}");
            }
            json.WriteEndArray();
            json.WriteStartArray("problems");
            foreach (var problem in Reading.Problems)
            {
                json.WriteStringValue(problem);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }
}
