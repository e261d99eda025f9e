using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;

namespace Assay.Server.Import;

/// <summary>What an operator asks for.</summary>
internal sealed record ImportRequest
{
    public const int MaximumBytes = 16 * 1024 * 1024;

    /// <summary>A registry's URL, or a directory of this machine.</summary>
    public required string From { get; init; }

    /// <summary>The person who owns what has no owner among the people of this registry.</summary>
    public required string Owner { get; init; }

    public required NameSelection Names { get; init; }

    /// <summary>Null for the registry's default.</summary>
    public PublishAccess? Access { get; init; }

    public string? TarballHost { get; init; }

    public bool IsDryRun { get; init; }

    public string? ReportFile { get; init; }

    /// <summary>The bearer token for the source.</summary>
    private string? Token { get; init; }

    /// <summary>The credential, on its way to the one who sends it; it is no part of what the record prints or compares.</summary>
    public string? RevealToken() => Token;

    /// <summary>The request, or what is wrong with it in one sentence.</summary>
    public static (ImportRequest? Request, string Problem) Read(JsonObject? body)
    {
        if (body?.Text("from") is not { Length: > 0 } from || body.Text("owner") is not { Length: > 0 } owner)
        {
            return (null, "An import needs a source (--from URL or directory) and a person (--owner NAME).");
        }
        if (!TryReadAccess(body.Text("access"), out var access))
        {
            return (null, $"--access is public or members, not '{body.Text("access")}'.");
        }
        var (names, problem) = NameSelection.Read(body.Texts("names") ?? [], body.Flag("all") ?? false);
        return names is null ? (null, problem) : (new ImportRequest
        {
            From = from,
            Owner = owner,
            Names = names,
            Access = access,
            TarballHost = body.Text("tarballHost"),
            IsDryRun = body.Flag("dryRun") ?? false,
            ReportFile = body.Text("report"),
            Token = body.Text("token"),
        }, "");
    }

    private static bool TryReadAccess(string? text, out PublishAccess? access)
    {
        access = text switch
        {
            "public" => PublishAccess.Public,
            "members" => PublishAccess.Restricted,
            _ => null,
        };
        return text is null || access is not null;
    }
}
