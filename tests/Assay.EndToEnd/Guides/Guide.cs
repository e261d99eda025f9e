using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.CiSimulator;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Guides;

/// <summary>A page of <c>docs/ci</c>, and a run of its CI system that the page's policy describes (<c>runs.json</c>).</summary>
internal sealed class Guide
{
    private const string ExampleHost = "npm.acme.example";
    private static readonly string Folder = Path.Combine(Checkout.Root, "docs", "ci");

    private static readonly JsonObject Runs =
        (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "tests", "Assay.EndToEnd", "Guides", "runs.json")))!;

    private readonly JsonObject run;

    public Guide(string provider)
    {
        Provider = provider;
        Page = new Document($"docs/ci/{provider}.md");
        run = Runs[provider] as JsonObject ?? throw new Xunit.Sdk.XunitException($"runs.json has no run of {provider}.");
    }

    /// <summary>The provider of every page, in the order of their names.</summary>
    public static IReadOnlyList<string> Providers { get; } =
    [
        .. Directory.GetFiles(Folder, "*.md")
            .Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Where(name => name != "README")
            .Order(StringComparer.Ordinal),
    ];

    public static Document Index { get; } = new("docs/ci/README.md");

    public string Provider { get; }

    public Document Page { get; }

    /// <summary>The step that publishes, on a machine where the registry is on localhost.</summary>
    public string Step => OnLocalhost(Page.Block("sh exchange"));

    /// <summary>The audience that the page has its tokens carry.</summary>
    public string Audience => (string?)run["audience"] ?? CiSimulatorHost.LocalAudience;

    public bool HasNativeTrust => Provider is "github" or "gitlab" or "circleci";

    public JsonObject Claims => (JsonObject)run["claims"]!.DeepClone();

    /// <summary>The arguments of the operator's command, from <c>admin</c> on.</summary>
    public string[] IssuerArguments(Uri registry) => Page.Arguments("./run admin issuer add", registry);

    /// <summary>The binding that the operator's command makes.</summary>
    public string Binding => IssuerArguments(new Uri("http://localhost/"))[3];

    public Uri IssuerOf(CiSimulatorHost ci) => Provider switch
    {
        "github" => ci.Github,
        "gitlab" => ci.Gitlab,
        "circleci" => ci.Circleci,
        _ => ci.IssuerOf(Provider),
    };

    /// <summary>Whether the job on the page runs the step as a script, and not <c>npm publish</c> itself.</summary>
    public bool RunsAScript => Page.Text.Contains("sh ci/publish.sh", StringComparison.Ordinal);

    /// <summary>The fields of the page's policy.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields() => HasNativeTrust
        ? new Dictionary<string, IReadOnlyList<string>>()
        : JsonNode.Parse(Page.Block("json policy"))!["fields"]!.AsObject()
            .ToDictionary(field => field.Key, IReadOnlyList<string> (field) => [.. field.Value!.AsArray().Select(value => (string)value!)]);

    /// <summary>The environment of a job of the run.</summary>
    public Dictionary<string, string> Start(CiSimulatorHost ci) => new(Provider switch
    {
        "github" => ci.StartGithub(Claims),
        "gitlab" => ci.StartGitlab(Claims, Audience),
        "circleci" => ci.StartCircleci(Claims, Audience),
        _ => ci.StartAny(Provider, Claims, Audience),
    });

    public static string OnLocalhost(string text) => Regex.Replace(text, $@"\b{Regex.Escape(ExampleHost)}\b", "localhost");
}
