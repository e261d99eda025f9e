using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

internal static class ProvenanceSettingsEndpoints
{
    private const string Route = "/-/assay/v1/package/{package}/provenance";
    private const string ShowsSource = "showsSource";
    private const string MayLoseProvenance = "mayLoseProvenance";

    public static void MapProvenanceSettings(this IEndpointRouteBuilder app)
    {
        app.MapGet(Route, ShowAsync);
        app.MapPut(Route, ChangeAsync);
    }

    private static async Task<IResult> ShowAsync(string package, Caller caller, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (row, refusal) = await OwnAsync(package, member, source, cancellationToken);
        return row is null ? refusal! : JsonAnswer.Ok(new JsonObject { [ShowsSource] = row.ShowsSource, [MayLoseProvenance] = row.MayLoseProvenance });
    }

    private static async Task<(PackageRow? Package, JsonAnswer? Refusal)> OwnAsync(
        string package, Caller.Member member, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return (null, NotFound(package));
        }
        await using var db = source.Open();
        var (row, denial) = await PackageRights.FindToSeeAsync(db, name, member, PackageRole.Admin, cancellationToken);
        return (row, denial?.ToAnswer());
    }

    private static async Task<IResult> ChangeAsync(
        string package, HttpContext context, Caller caller, ChangeProvenanceSettings change, SecondFactorGate factor, RegistryDbSource source,
        CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NotFound(package);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || Read(json) is not { } wanted)
        {
            return problem ?? NpmError.BadRequest($"Say {ShowsSource}, {MayLoseProvenance} or both, each true or false.");
        }
        var (_, refusal) = await OwnAsync(package, member, source, cancellationToken);
        refusal ??= await factor.RefuseAsync(context, member, SensitiveAct.Of($"change what is shown and asked of the provenance of {name}", json).On(name.Value), cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }
        return await change.RunAsync(name, member, wanted, cancellationToken) is { } denial
            ? denial.ToAnswer()
            : await ShowAsync(package, caller, source, cancellationToken);
    }

    /// <summary>Null when there is anything else in it, or nothing.</summary>
    private static ProvenanceSettings? Read(JsonNode? json) =>
        json is JsonObject { Count: > 0 } members && members.All(member =>
            member.Key is ShowsSource or MayLoseProvenance && member.Value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
            ? new ProvenanceSettings((bool?)members[ShowsSource], (bool?)members[MayLoseProvenance])
            : null;

    private static JsonAnswer NotFound(string package) => PackageRules.Unknown(package).ToAnswer();
}
