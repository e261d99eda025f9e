using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Packages.Locks;

namespace Assay.Server.Tests.Hosting.Matrix;

/// <summary>The same registry, in whose one scope everything sensitive takes a passkey, which nobody has.</summary>
public sealed class DemandingWorld : MatrixWorld
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await App.OperatorDemandsAsync("@acme", Demanding.Passkey);
    }
}

/// <summary>Every act that a second factor is asked for: done to a package or a scope, it names that, so that what is demanded there counts.</summary>
public sealed class DemandedRoutesTests(DemandingWorld world) : IClassFixture<DemandingWorld>
{
    /// <summary>Acts that are done to no package and no scope. Whatever else is asked for has to know what it is done to.</summary>
    private static readonly string[] Others =
    [
        "POST /-/npm/v1/tokens", "DELETE /-/npm/v1/tokens/token/{key}", "POST /-/npm/v1/user",
        "PUT /-/assay/v1/people/{person}/ci-identities",
        "DELETE /-/assay/v1/sessions/{key}", "POST /-/assay/v1/sessions/end-others",
        "POST /-/assay/v1/users/{name}/disable", "POST /-/assay/v1/users/{name}/enable", "POST /-/assay/v1/users/{name}/promote", "POST /-/assay/v1/users/{name}/demote",
        "POST /-/assay/v1/users/{name}/reset-password", "POST /-/assay/v1/users/{name}/reset-factors",
        "DELETE /-/assay/v1/users/{name}/sessions/{key}", "POST /-/assay/v1/users/{name}/sessions/end",
        "POST /-/assay/v1/invitations/",
        "POST /-/assay/v1/issuers/", "PATCH /-/assay/v1/issuers/{id}", "DELETE /-/assay/v1/issuers/{id}", "POST /-/assay/v1/issuers/{id}/enable",
        "POST /-/assay/v1/issuers/{id}/disable", "POST /-/assay/v1/issuers/{id}/accept",
        // Of nobody's versions here; with versions it names their packages.
        "POST /-/assay/v1/incidents/",
        "POST /-/assay/v1/webhooks/",
    ];

    public static TheoryData<int> Asked =>
        [.. Enumerable.Range(0, RouteMatrix.Rows.Length).Where(number => RouteMatrix.Rows[number].Told.Contains("ask", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Asked))]
    public async Task What_is_asked_for_there_takes_a_passkey(int number)
    {
        var row = RouteMatrix.Rows[number];

        foreach (var caller in MatrixWorld.Callers.Zip(row.Told.Split(' ')).Where(each => each.Second == "ask").Select(each => each.First))
        {
            using var answer = await world.AnswerAsync(caller, row.Route, row.Body);

            var code = (string?)(await answer.JsonAsync())["code"];
            Assert.Equal($"{row.Route} {row.Body} {caller}: {(Others.Contains(row.Route) ? "otp-needed" : "passkey-needed")}", $"{row.Route} {row.Body} {caller}: {code}");
        }
    }

    [Fact]
    public void No_exception_is_left_of_an_act_that_is_gone() =>
        Assert.Empty(Others.Except(RouteMatrix.Rows.Where(row => row.Told.Contains("ask", StringComparison.Ordinal)).Select(row => row.Route)));

    [Fact]
    public async Task What_is_not_asked_for_is_as_it_was()
    {
        using var staged = await world.AnswerAsync("writer", "POST /-/stage/package/{package}", "STAGE");

        Assert.Equal(HttpStatusCode.Created, staged.StatusCode);
    }
}
