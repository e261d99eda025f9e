using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Hosting.Matrix;

/// <summary>Every route, tried as everybody: one row each, and a new route without a row fails.</summary>
public sealed class RouteMatrixTests(MatrixWorld world) : IClassFixture<MatrixWorld>
{
    [Fact]
    public void No_route_is_without_a_row()
    {
        var missing = Routes(world).Where(route => !IsOperators(route)).Except(RouteMatrix.Rows.Select(row => row.Route));

        Assert.Empty(missing);
    }

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, RouteMatrix.Rows.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Each_is_told_what_the_row_says(int number)
    {
        var row = RouteMatrix.Rows[number];

        var told = new List<string>();
        foreach (var caller in MatrixWorld.Callers)
        {
            told.Add(await world.ToldAsync(caller, row.Route, row.Body));
        }

        Assert.Equal($"{row.Route} {row.Body} {row.Told}", $"{row.Route} {row.Body} {string.Join(' ', told)}");
    }

    // Whatever they were good for, they are now good for what is open to everybody, and for nothing else.
    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_credential_that_is_no_good_opens_nothing(int number)
    {
        var row = RouteMatrix.Rows[number];
        var nobody = row.Told.Split(' ')[0];

        foreach (var rejected in MatrixWorld.Rejected)
        {
            Assert.Equal($"{row.Route} {rejected} {row.Rejected ?? nobody}", $"{row.Route} {rejected} {await world.ToldAsync(rejected, row.Route, row.Body)}");
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task An_administrator_with_another_token_is_never_told_that_they_are_none(int number)
    {
        var row = RouteMatrix.Rows[number];

        Assert.NotEqual("administrators-only", await world.CodeAsync(MatrixWorld.AdministratorsToken, row.Route, row.Body));
    }

    [Fact]
    public async Task What_is_the_operators_has_no_address_for_anybody_else()
    {
        foreach (var route in Routes(world).Where(IsOperators))
        {
            foreach (var caller in MatrixWorld.Callers)
            {
                Assert.Equal($"{route} {caller} 404", $"{route} {caller} {await world.ToldAsync(caller, route, "{}")}");
            }
        }
    }

    private static bool IsOperators(string route) => route.Contains(" /-/assay/admin/", StringComparison.Ordinal);

    private static IEnumerable<string> Routes(MatrixWorld world) =>
        from endpoint in world.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let pattern = endpoint.RoutePattern.RawText!
        where endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select $"{method} {(pattern[0] == '/' ? pattern : "/" + pattern)}";
}
