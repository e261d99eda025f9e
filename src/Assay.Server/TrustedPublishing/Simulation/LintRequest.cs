using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Trust.Linting;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>A file, and the policy under which it is to publish: one by its id, a draft of one, or every one of the package.</summary>
internal sealed record LintRequest(PackageName Package, string? PolicyId, PolicyDocument? Draft, LintFile File)
{
    private const int LongestPath = 1024;
    private const string Shape =
        """The body is a JSON object with 'package', 'file' ({"path":…,"text":…}) and, when not every policy of the package is meant, 'policy': an id or a draft.""";

    public static bool TryRead(JsonNode? json, [NotNullWhen(true)] out LintRequest? request, [NotNullWhen(false)] out string? problem)
    {
        request = null;
        problem = Shape;
        if (json is not JsonObject body || !body.All(member => member.Key is "package" or "policy" or "file")
            || !PackageName.TryParse(body.Text("package"), out var package)
            || body["file"] is not JsonObject file || file.Text("path") is not { Length: > 0 and <= LongestPath } path || file.Text("text") is not { } text
            || body["policy"] is not (null or JsonObject) && body.Text("policy") is null)
        {
            return false;
        }
        PolicyDocument? draft = null;
        if (body["policy"] is JsonObject policy && !PolicyDocument.TryRead(JsonElement.Parse(policy.ToJsonString()), out draft, out var problems))
        {
            problem = string.Join(' ', problems);
            return false;
        }
        request = new LintRequest(package, body.Text("policy"), draft, new LintFile(path, text));
        return true;
    }
}
