using System.Text.Json;
using Assay.Cli.Output;

namespace Assay.Cli.Verifying;

/// <summary>A report for programs.</summary>
internal static class ReportJson
{
    public static void Write(TextWriter output, VerificationReport report, ExitCode code)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("exitCode", (int)code);
            json.WriteNumber("ofOtherRegistries", report.OfOthers);
            json.WriteNumber("passedOn", report.Packages.Count(package => package.PassedOnFrom is not null));
            WriteAll(json, "logs", report.Heads, head =>
            {
                json.WriteString("origin", head.Origin);
                json.WriteNumber("size", head.Size);
                json.WriteString("root", $"{head.Root}");
            });
            WriteAll(json, "troubles", report.Troubles, finding => Write(json, finding));
            WriteAll(json, "packages", report.Packages, package => Write(json, package));
            json.WriteEndObject();
        }
        output.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Write(Utf8JsonWriter json, PackageReport package)
    {
        json.WriteString("name", package.Subject.Name.Value);
        json.WriteString("version", package.Subject.Version?.ToString());
        json.WriteString("target", package.Subject.Target);
        json.WriteString("passedOnFrom", package.PassedOnFrom);
        json.WriteString("outcome", Word(package.IsGood ? Outcome.Verified : package.Outcome));
        WriteAll(json, "checks", package.Findings, finding => Write(json, finding));
        WriteAll(json, "attestations", package.Origins, origin => Write(json, origin));
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteString("check", finding.Check);
        json.WriteString("outcome", Word(finding.Outcome));
        json.WriteString("text", finding.Text);
    }

    private static void Write(Utf8JsonWriter json, AttestedOrigin origin)
    {
        json.WriteString("predicateType", origin.PredicateType);
        json.WriteString("signedBy", origin.RegistryKey is null ? "sigstore" : "registry");
        json.WriteString("registryKey", origin.RegistryKey);
        json.WriteString("issuer", origin.Issuer);
        json.WriteString("provider", origin.Provider);
        json.WriteString("source", origin.Source);
        json.WriteString("commit", origin.Commit);
        json.WriteString("workflow", origin.Workflow);
        json.WriteString("run", origin.Run);
        json.WriteString("log", origin.Log);
        json.WriteNumber("logIndex", origin.LogIndex);
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Verified => "verified",
        Outcome.Absent => "absent",
        Outcome.NotAsked => "not-asked",
        _ => "refuted",
    };
}
