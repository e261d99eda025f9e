using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Server.TrustedPublishing;

namespace Assay.Server.Tests.Pages.Trust;

/// <summary>The issuer that a guide's operator adds, as the API takes it.</summary>
internal static partial class GuideIssuer
{
    public static JsonObject ArgumentsOf(string provider)
    {
        using var reader = new StreamReader(typeof(PublishGuides).Assembly.GetManifestResourceStream($"guide.{provider}.md")!);
        var command = CommandPattern().Match(reader.ReadToEnd()).Value.Replace("\\\n", "", StringComparison.Ordinal);
        var body = new JsonObject();
        foreach (Match option in OptionPattern().Matches(command))
        {
            Put(body, option.Groups[1].Value, option.Groups[2].Value);
        }
        return body;
    }

    private static void Put(JsonObject body, string option, string value)
    {
        var pair = value.Split('=', 2);
        switch (option)
        {
            case "issuer" or "audience":
                body[option] = value;
                break;
            case "accept-shared-audience":
                body["acceptSharedAudience"] = true;
                break;
            case "const":
                body["constants"] ??= new JsonObject();
                body["constants"]![pair[0]] = pair[1];
                break;
            case "claim":
                body["claims"] ??= new JsonObject();
                body["claims"]![pair[0]] = new JsonArray(pair[1]);
                break;
        }
    }

    [GeneratedRegex(@"^\./run admin issuer add .*(?:\\\n.*)*$", RegexOptions.Multiline)]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"--([a-z-]+)(?: ([^\s-]\S*))?")]
    private static partial Regex OptionPattern();
}
