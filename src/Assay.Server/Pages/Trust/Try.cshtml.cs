using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>
/// The simulator: a token or claims that somebody pastes, or a run that tried before, asked of the policies as they are. Nothing is minted, and what was pasted as a token
/// goes into the question and nowhere else.
/// </summary>
[For(Circle.Members)]
internal sealed class TryPage(ReadPackageHead heads, AttemptRights rights, ReadAttempts attempts, OfferIssuers issuers, Simulate simulate) : TrustSubjectPage(heads, TrustTab.Try)
{
    public IReadOnlyList<ExchangeAttemptRow> Attempts { get; private set; } = [];

    public IReadOnlyList<TrustedIssuer> Issuers { get; private set; } = [];

    /// <summary>What was asked, but for tokens.</summary>
    public (string Action, string Claims, string Binding, string Attempt, string Version, string Tag) Asked { get; private set; } = ("publish", "", "", "", "", "");

    /// <summary>As the API answers it; null before anything was asked.</summary>
    public JsonObject? Result { get; private set; }

    public async Task<IActionResult> OnGetAsync(long? attempt)
    {
        Asked = Asked with { Attempt = attempt?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "" };
        return await RefusedAsync() ?? Page();
    }

    public async Task<IActionResult> OnPostAsync(string? action, string? token, string? claims, string? binding, string? attempt, string? version, string? tag)
    {
        if (await RefusedAsync() is { } refused)
        {
            return refused;
        }
        var read = ReadClaims(claims);
        Asked = (action ?? "publish", read is JsonObject ? claims! : "", binding ?? "", attempt ?? "", version ?? "", tag ?? "");
        if (!string.IsNullOrWhiteSpace(claims) && read is not JsonObject)
        {
            IsRefused("The claims are a JSON object, as they stand in the middle of a token.");
            return Page();
        }
        if (!SimulationRequest.TryRead(QuestionOf(token, read), out var request, out var problem))
        {
            IsRefused(problem);
            return Page();
        }
        var (simulation, denial) = await simulate.RunAsync(request, Stop);
        if (!IsRefused(denial))
        {
            Result = SimulationAnswers.Of(simulation!);
        }
        return Page();
    }

    private JsonObject QuestionOf(string? token, JsonNode? claims)
    {
        var question = new JsonObject { ["package"] = Subject.Name, ["action"] = Asked.Action };
        if (!string.IsNullOrWhiteSpace(token))
        {
            question["token"] = token.Trim();
        }
        else if (claims is not null)
        {
            (question["claims"], question["binding"]) = (claims.DeepClone(), Asked.Binding);
        }
        else if (long.TryParse(Asked.Attempt, out var id))
        {
            question["attempt"] = id;
        }
        if (Asked.Version.Length > 0)
        {
            question["version"] = Asked.Version.Trim();
        }
        if (Asked.Tag.Length > 0)
        {
            question["tag"] = Asked.Tag.Trim();
        }
        return question;
    }

    private static JsonNode? ReadClaims(string? text)
    {
        try
        {
            return string.IsNullOrWhiteSpace(text) ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<IActionResult?> RefusedAsync()
    {
        if (!await FindSubjectAsync() || Subject.Package is not { } package)
        {
            return UnknownSubject();
        }
        if (await rights.RefuseAsync(package, Member, Stop) is { } refused)
        {
            return Refused(refused);
        }
        Attempts = await attempts.NewestAsync(new AttemptFilter { Package = package.Value }, Stop);
        (Issuers, _) = await issuers.ForAsync(PolicyRows.Exactly(package), PolicyWriter.Of(Member), Stop);
        return null;
    }
}
