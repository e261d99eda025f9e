using System.Text.Json.Nodes;

namespace Assay.EndToEnd.Import;

/// <summary>About 250 packages: each trait that makes an install something else, in scoped and unscoped names.</summary>
internal static class OddPackages
{
    public const string Scope = "@copied";
    private const int OfEachTrait = 8;

    // Named so that no other test's world has them.
    private static readonly (string Trait, Func<string, IEnumerable<OddPackage>> Make)[] Traits =
    [
        ("plain", name => [new(name, "1.0.0")]),
        ("versions", name => [new(name, "1.0.0"), new(name, "1.10.0"), new(name, "1.9.0") { Tag = "old" }, new(name, "0.0.1") { Tag = "older" }]),
        ("prerelease", name => [new(name, "1.0.0"), new(name, "2.0.0-rc.1") { Tag = "next" }, new(name, "2.0.0-rc.10") { Tag = "next" }]),
        ("only-prerelease", name => [new(name, "1.0.0-alpha.1") { Tag = "alpha" }]),
        ("build-metadata", name => [new(name, "1.0.0+build.7"), new(name, "1.1.0-rc.1+exp.sha.5114f85") { Tag = "rc" }]),
        ("dependency", name => [With(name, "dependencies", Base, "^1.0.0")]),
        ("optional", name => [With(name, "optionalDependencies", Base, "1.x"), With(name, "optionalDependencies", $"{Scope}/foreign-0", "1.0.0") with { Version = "1.1.0" }]),
        ("peer", name => [With(name, "peerDependencies", Base, ">=1")]),
        ("optional-peer", name => [With(name, "peerDependencies", "copied-never-published", "*", ("peerDependenciesMeta", Map("copied-never-published", Map("optional", true))))]),
        ("meta-alone", name => [new(name, "1.0.0") { Manifest = new() { ["peerDependenciesMeta"] = Map("copied-never-published", Map("optional", true)) } }]),
        ("alias", name => [With(name, "dependencies", "renamed", $"npm:{Base}@1.0.0")]),
        ("scoped-alias", name => [With(name, "dependencies", "@renamed/base", $"npm:{Base}@^1.0.0")]),
        ("bundled", name => [Bundling(name, "bundleDependencies"), Bundling(name, "bundledDependencies") with { Version = "1.1.0" }]),
        ("development", name => [With(name, "devDependencies", "copied-never-published", "^9.0.0")]),
        ("tag-dependency", name => [With(name, "dependencies", $"{Scope}/prerelease-0", "next")]),
        ("foreign", name => [new(name, "1.0.0") { IsForeign = true, Manifest = new() { ["os"] = Texts("win32"), ["cpu"] = Texts("x64", "arm64") } }]),
        ("not-windows", name => [new(name, "1.0.0") { Manifest = new() { ["os"] = Texts("!win32"), ["cpu"] = Texts("!mips") } }]),
        ("musl", name => [new(name, "1.0.0") { IsForeign = true, Manifest = new() { ["os"] = Texts("linux"), ["libc"] = Texts("musl") } }]),
        ("engines", name => [new(name, "1.0.0") { Manifest = new() { ["engines"] = Map("node", ">=0.10") } }]),
        ("deprecated", name => [new(name, "1.0.0") { Deprecated = "use something else – ünïcode 🦊" }, new(name, "1.0.1") { Tag = "fine" }]),
        ("bin-text", name => [new(name, "1.0.0") { Manifest = new() { ["bin"] = "./cli.js" }, Files = Script("cli.js") }]),
        ("bin-map", name => [new(name, "1.0.0") { Manifest = new() { ["bin"] = Map(Command(name), "bin/run.js") }, Files = Script("bin/run.js") }]),
        ("bin-directory", name => [new(name, "1.0.0") { Manifest = new() { ["directories"] = Map("bin", "commands") }, Files = Script($"commands/{Command(name)}-go") }]),
        ("install-script", name => [new(name, "1.0.0") { Manifest = new() { ["scripts"] = Map("postinstall", "node -e \"require('fs').writeFileSync('made.txt','made')\"") } }]),
        ("other-scripts", name => [new(name, "1.0.0") { Manifest = new() { ["scripts"] = Map("prepare", "exit 1"), ["gypfile"] = false }, Files = new Dictionary<string, string> { ["binding.gyp"] = "{}" } }]),
        ("shrinkwrap", name => [new(name, "1.0.0") { Files = Shrinkwrap(name) }]),
        ("unicode", name => [new(name, "1.0.0") { Manifest = new() { ["description"] = "日本語 – 𝒳 \u202e", ["author"] = "Ünïcode <u@example.test>" }, Files = new Dictionary<string, string> { ["naïve/文件.txt"] = "内容", ["README.md"] = "# 你好 🦊" } }]),
        ("funding", name => [new(name, "1.0.0") { Manifest = new() { ["funding"] = "https://example.test/", ["license"] = new JsonObject { ["type"] = "MIT", ["url"] = "https://example.test" } } }]),
        ("long-path", name => [new(name, "1.0.0") { Files = new Dictionary<string, string> { [string.Join('/', Enumerable.Repeat("a-rather-long-folder-name", 8)) + "/file.txt"] = "deep" } }]),
        ("no-license", name => [new(name, "1.0.0") { Manifest = new() { ["exports"] = Map(".", "./index.js"), ["type"] = "commonjs", ["sideEffects"] = false, ["unknown"] = 3.25 } }]),
        ("many-tags", name => [new(name, "1.0.0") { Tag = "lts" }, new(name, "1.0.1") { Tag = "canary" }, new(name, "1.0.2")]),
    ];

    private static string Base => $"{Scope}/plain-0";

    public static IReadOnlyList<OddPackage> All { get; } =
    [
        .. from trait in Traits
           from number in Enumerable.Range(0, OfEachTrait)
           from package in trait.Make(number % 2 == 0 ? $"{Scope}/{trait.Trait}-{number}" : $"copied-{trait.Trait}-{number}")
           select package,
    ];

    /// <summary>A project that depends on every version there is, each under a name of its own.</summary>
    public static JsonObject Project()
    {
        var (needed, optional) = (new JsonObject(), new JsonObject());

        foreach (var package in All)
        {
            var installed = package.Version.Split('+')[0];
            (package.IsForeign ? optional : needed)[$"{package.Name.Replace("@", "").Replace('/', '_')}-{installed}"] = $"npm:{package.Name}@{installed}";
        }

        return new JsonObject { ["name"] = "everything", ["version"] = "1.0.0", ["private"] = true, ["dependencies"] = needed, ["optionalDependencies"] = optional };
    }

    private static OddPackage With(string name, string member, string package, string range, params (string Name, JsonNode Value)[] others)
    {
        var manifest = new JsonObject { [member] = Map(package, range) };

        foreach (var (other, value) in others)
        {
            manifest[other] = value;
        }

        return new OddPackage(name, "1.0.0") { Manifest = manifest };
    }

    private static OddPackage Bundling(string name, string member) => new(name, "1.0.0")
    {
        Manifest = new() { ["dependencies"] = Map("carried", "1.0.0"), [member] = Texts("carried") },
        Files = new Dictionary<string, string>
        {
            ["node_modules/carried/package.json"] = """{"name":"carried","version":"1.0.0"}""",
            ["node_modules/carried/index.js"] = "module.exports = 'carried';\n",
        },
    };

    private static string Command(string name) => name.Split('/')[^1];

    private static Dictionary<string, string> Script(string path) => new() { [path] = "#!/usr/bin/env node\nconsole.log('ran');\n" };

    private static Dictionary<string, string> Shrinkwrap(string name)
    {
        var self = new JsonObject { ["name"] = name, ["version"] = "1.0.0" };
        var text = new JsonObject { ["name"] = name, ["version"] = "1.0.0", ["lockfileVersion"] = 3, ["packages"] = Map("", self) };

        return new() { ["npm-shrinkwrap.json"] = text.ToJsonString() };
    }

    private static JsonObject Map(string name, JsonNode value) => new() { [name] = value };

    private static JsonArray Texts(params string[] texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
