using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Hosting;

/// <summary>The description is written by hand, so it is held against the routes.</summary>
public sealed partial class OpenApiTests : IAsyncLifetime
{
    private const string Own = "/-/assay/v1/";

    private RegistryApp app = null!;
    private JsonObject document = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        using var answer = await app.GetAsync(Own + "openapi.json");
        document = await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public void Every_route_is_described_and_every_description_has_its_route()
    {
        var described = Operations().Select(operation => operation.Name).Where(name => name.Contains(Own, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

        Assert.Equal(Routes().Order(StringComparer.Ordinal), described);
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = References(document).Distinct().ToList();

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(reference[2..].Split('/').Aggregate((JsonNode?)document, (node, part) => node?[part])));
    }

    [Fact]
    public void Every_operation_says_what_it_does_and_how_it_is_refused()
    {
        Assert.All(Operations(), operation =>
        {
            Assert.NotEmpty((string)operation.Json["summary"]!);
            var answers = operation.Json["responses"]!.AsObject().Select(answer => answer.Key).ToList();
            Assert.Contains(answers, status => status[0] == '2');
            Assert.True(answers.Exists(status => status[0] == '4') || operation.Json["security"] is JsonArray { Count: 0 }, operation.Name);
        });
    }

    [Fact]
    public void Every_parameter_of_a_path_is_described()
    {
        Assert.All(Operations(), operation => Assert.Equal(
            Parameter().Matches(operation.Name).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal),
            (operation.Json["parameters"] as JsonArray ?? []).Where(parameter => (string)parameter!["in"]! == "path")
                .Select(parameter => (string)parameter!["name"]!).Order(StringComparer.Ordinal)));
    }

    private IEnumerable<string> Routes() =>
        from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let pattern = Constraint().Replace(endpoint.RoutePattern.RawText!.TrimEnd('/'), "{$1}")
        where pattern.StartsWith(Own, StringComparison.Ordinal)
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select $"{method} {pattern}";

    private IEnumerable<(string Name, JsonObject Json)> Operations() =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!.AsObject());

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject json => json.SelectMany(member => member is { Key: "$ref", Value: JsonValue reference } ? [(string)reference!] : References(member.Value)),
        JsonArray array => array.SelectMany(References),
        _ => [],
    };

    [GeneratedRegex(@"\{\**([a-z]+)(?::[a-z]+)?\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Parameter();
}
