using System.Reflection;
using Assay.Server.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Fixtures;

/// <summary>A page of the program, as its routes have it.</summary>
/// <param name="Address">With something in place of each part that is not fixed.</param>
/// <param name="Circle">Who sees it at all.</param>
/// <param name="Posts">The handlers of its forms; empty text for the one without a name.</param>
/// <param name="IsRead">Whether it is opened, too.</param>
/// <param name="Parameters">What stands in its address, by name.</param>
internal sealed record PageRoute(string Address, Circle Circle, IReadOnlyList<string> Posts, bool IsRead, IReadOnlyList<string> Parameters)
{
    private const string Package = "@acme%2fx";

    // Those that lead to a page; everything else is named "x".
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal) { ["package"] = Package, ["scope"] = "@acme", ["version"] = "1.0.0", ["org"] = "acme", ["id"] = "1" };

    /// <summary>Whether it is about a package that its address names.</summary>
    public bool IsOfPackage => Parameters.Contains("package");

    /// <summary>Its address for this package; each handler of its forms has one of its own.</summary>
    public string AddressOf(string package, string handler = "") =>
        Address.Replace(Package, package.Replace("/", "%2f", StringComparison.Ordinal), StringComparison.Ordinal) + (handler.Length == 0 ? "" : $"?handler={handler}");

    /// <summary>Every page there is: whoever adds one adds it here.</summary>
    public static async Task<IReadOnlyList<PageRoute>> AllAsync(RegistryApp app)
    {
        var loader = app.Services.GetRequiredService<PageLoader>();
        List<PageRoute> routes = [];
        foreach (var endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not { } page)
            {
                continue;
            }
            var compiled = await loader.LoadAsync(page, EndpointMetadataCollection.Empty);
            var handlers = compiled.HandlerMethods!;
            routes.Add(new PageRoute(
                AddressOf(endpoint),
                compiled.ModelTypeInfo!.GetCustomAttribute<ForAttribute>()?.Circle ?? Circle.Everybody,
                [.. handlers.Where(handler => string.Equals(handler.HttpMethod, "POST", StringComparison.OrdinalIgnoreCase)).Select(handler => handler.Name ?? "")],
                handlers.Any(handler => string.Equals(handler.HttpMethod, "GET", StringComparison.OrdinalIgnoreCase)),
                [.. endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name)]));
        }
        return routes;
    }

    private static string AddressOf(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => Known.GetValueOrDefault(parameter.Name, "x"),
        _ => "",
    }))));
}
