using System.Text.Json.Nodes;

namespace Assay.Core.Tests.Npm;

/// <summary>Our manifests against those that npm makes of the same package.json.</summary>
public sealed class NormalisationTests
{
    private static readonly string[] Compared =
        ["author", "bin", "bugs", "bundleDependencies", "bundledDependencies", "contributors", "dependencies", "homepage", "keywords", "repository", "scripts"];

    private static readonly string[] Repositories =
    [
        "acme/x", "acme/x#main", "acme/x.git", "github:acme/x", "gitlab:acme/x", "gitlab:acme/group/x", "bitbucket:acme/x", "gist:0123abc",
        "gist:acme/0123abc", "sourcehut:~acme/x", "https://github.com/acme/x", "https://github.com/acme/x.git", "http://github.com/acme/x",
        "git://github.com/acme/x.git", "git+https://github.com/acme/x.git", "git+ssh://git@github.com/acme/x.git", "ssh://git@github.com/acme/x",
        "git@github.com:acme/x.git", "git@gitlab.com:acme/group/x.git", "https://www.github.com/acme/x", "https://github.com/acme/x/tree/main",
        "https://github.com/acme/x/issues", "https://github.com/acme/x#dev", "https://github.com/acme", "https://gitlab.com/acme/group/x",
        "https://gitlab.com/acme/x/-/tree/main", "https://bitbucket.org/acme/x", "https://gist.github.com/acme/0123abc",
        "https://gist.github.com/0123abc", "https://git.sr.ht/~acme/x", "https://git.acme.example/x.git", "git+https://git.acme.example/x.git",
        "svn://acme.example/x", "./local", "../x", "/x/y", "not a repository", "@acme/x", "acme/x/y", "acme/", "/x", "ssh://git@github.com:acme/x.git",
    ];

    private static readonly string[] Members =
    [
        """ "bin":"./cli.js" """, """ "bin":{"x":"./cli.js","../../y":"lib\\y.js"} """, """ "bin":["a/b.js","./c.js"] """,
        """ "bin":{"x":1} """, """ "bin":{"x":"../../../etc/passwd"} """, """ "bin":{"x":""} """, """ "bin":"" """, """ "bin":false """, """ "bin":{} """,
        """ "bundledDependencies":["a"],"dependencies":{"a":"1"} """, """ "bundleDependencies":true,"dependencies":{"a":"1","b":"2"} """,
        """ "bundleDependencies":false """, """ "bundleDependencies":["a",1],"dependencies":{} """, """ "bundleDependencies":{"a":"1"} """,
        """ "bundleDependencies":["a"],"bundledDependencies":["b"] """, """ "bundleDependencies":"a" """, """ "bundledDependencies":[] """,
        """ "author":"Alice" """, """ "author":"Alice <a@acme.example> (https://acme.example)" """, """ "author":"<a@acme.example>" """,
        """ "author":"(https://acme.example) Alice" """, """ "author":{"name":"Alice","mail":"a@acme.example","web":"https://acme.example"} """,
        """ "author":" Alice  Liddell  <a@acme.example>" """, """ "contributors":["Bob <b@acme.example>",{"name":"Carol"}] """,
        """ "keywords":"a, b,  c" """, """ "keywords":["a","",1] """, """ "keywords":{"a":1} """,
        """ "bugs":"https://acme.example/bugs" """, """ "bugs":"bugs@acme.example" """, """ "bugs":{"url":"nowhere","email":"x"} """,
        """ "bugs":{"web":"https://acme.example/bugs"} """, """ "bugs":{"url":"https://acme.example","email":"b@acme.example"} """,
        """ "bugs":"nowhere" """, """ "homepage":"acme.example" """, """ "homepage":"https://acme.example/x" """, """ "homepage":["x"] """,
        """ "homepage":"https://acme.example","bugs":"https://acme.example/b","repository":"acme/x" """,
        """ "scripts":{"a":"node_modules/.bin/tsc -b","b":"./node_modules/.bin/x","c":1} """, """ "scripts":"x" """,
        """ "repository":{"type":"git","url":"github:acme/x","directory":"packages/x"} """, """ "repository":{"type":"git"} """,
    ];

    [Fact]
    public async Task Makes_of_a_repository_what_npm_makes_of_it() =>
        await CompareAsync([.. Repositories.Select(text => $"\"repository\":{JsonValue.Create(text).ToJsonString()}")]);

    [Fact]
    public async Task Makes_of_members_what_npm_makes_of_them() => await CompareAsync(Members);

    private static async Task CompareAsync(string[] cases)
    {
        var contents = cases.Select(members => (JsonNode?)Manifests.Contents(members).PackageJson).ToList();

        var answers = await NpmOracle.AskAsync<JsonObject>("manifest", contents, TestContext.Current.CancellationToken);

        Assert.Equal(cases.Length, answers.Count);
        Assert.All(cases.Zip(answers), pair =>
            Assert.Equal((pair.First, Select(pair.Second)), (pair.First, Select(Manifests.Full(pair.First)))));
    }

    // Order and members aside: what both make of the fields that this test is about.
    private static string Select(JsonObject manifest) => string.Join('\n', Compared
        .Where(manifest.ContainsKey)
        .Select(member => $"{member}: {Sorted(manifest[member])?.ToJsonString()}"));

    private static JsonNode? Sorted(JsonNode? node) => node is JsonObject json
        ? new JsonObject(json.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value))))
        : node?.DeepClone();
}
