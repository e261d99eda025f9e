using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>The commands of a job or step that publish, wherever a CI system writes them.</summary>
/// <param name="Where">The job and line, in words.</param>
/// <param name="Script">The commands.</param>
/// <param name="Variables">What the commands see.</param>
/// <param name="Registries">Registries that something else than the command names, such as an action's input.</param>
internal sealed record PublishStep(string Where, Script Script, Variables Variables, IReadOnlyList<string> Registries)
{
    private static readonly string[] TokenVariables = ["NODE_AUTH_TOKEN", "NPM_TOKEN", "NPM_AUTH_TOKEN", "YARN_NPM_AUTH_TOKEN"];

    // The exchanged token of the guides' own step stands in this one.
    private const string Exchanged = "PUBLISH_TOKEN";

    /// <summary>What is wrong at any CI system: where it publishes to, with which client, with whose credential, and what for.</summary>
    public void Check(LintReport report, LintTarget target)
    {
        CheckRegistry(report, target);
        CheckToken(report);
        CheckClient(report);
        CheckActions(report, target);
    }

    private void CheckRegistry(LintReport report, LintTarget target)
    {
        var named = Script.PublishLines.SelectMany(line => Script.Values(line, "--registry")).ToList();
        named = named.Count > 0 ? named
            : [.. new[] { Variables["NPM_CONFIG_REGISTRY"], Variables["npm_config_registry"] }.OfType<string>(), .. Registries];
        if (named.Count == 0 && Script.Publishes)
        {
            report.Warning(
                "registry-missing", Where, "Nothing in this file says which registry is published to, so it is the client's default one.",
                $"Write: npm publish --registry {target.Registry} (or name it in .npmrc or in publishConfig of package.json).");
        }
        foreach (var other in named.Select(Variables.Fill).OfType<string>().Where(other => !IsSame(other, target.Registry)))
        {
            report.Error(
                "registry-mismatch", Where, $"It publishes to {LintReport.Quote(other)}, not to this registry.",
                $"Write: --registry {target.Registry}");
        }
    }

    private void CheckToken(LintReport report)
    {
        var left = TokenVariables.Where(Variables.Has)
            .Concat(Script.Has("_authToken") && !Script.Has(Exchanged) ? ["_authToken"] : [])
            .Concat(Variables.Values.Any(value => value.Contains("secrets.NPM", StringComparison.Ordinal)) ? ["secrets.NPM…"] : [])
            .ToList();
        if (left.Count > 0)
        {
            report.Warning(
                "token-left-over", Where, $"A stored token is still given to the job: {string.Join(", ", left)}. Publishing by identity needs none.",
                "Remove it here and at the CI system, and revoke it at the registry.");
        }
    }

    private void CheckClient(LintReport report)
    {
        foreach (var line in Script.PublishLines)
        {
            if (line.Contains("bun publish", StringComparison.Ordinal) || (line.Contains("yarn publish", StringComparison.Ordinal) && !Script.Has(Exchanged)))
            {
                report.Warning(
                    "client-without-exchange", Where, "Bun and Yarn 1 never exchange an identity token by themselves.",
                    "Publish with npm, pnpm or Yarn 4 (yarn npm publish), or exchange in a step of its own (docs/ci).");
            }
        }
    }

    private void CheckActions(LintReport report, LintTarget target)
    {
        var stages = Script.PublishLines.All(line => line.Contains(" stage ", StringComparison.Ordinal));
        if (!stages && target.Actions.Contains("stage") && !target.Actions.Contains("publish"))
        {
            report.Error(
                "action-not-granted", Where, "The policy grants staging only: a person approves each version.",
                "Write: npm stage publish, or have the owner grant publish.");
        }
        if (Script.Has("npm dist-tag add") && !target.Actions.Contains("dist-tag"))
        {
            report.Error(
                "action-not-granted", Where, "The policy does not grant dist-tag.", "Publish with --tag NAME, or have the owner grant dist-tag.");
        }
    }

    // Whether it is http or https is the registry's address's business, not the file's.
    private static bool IsSame(string named, Uri registry) =>
        Uri.TryCreate(named, UriKind.Absolute, out var url)
        && string.Equals(url.Authority, registry.Authority, StringComparison.OrdinalIgnoreCase)
        && url.AbsolutePath.TrimEnd('/') == registry.AbsolutePath.TrimEnd('/');
}
