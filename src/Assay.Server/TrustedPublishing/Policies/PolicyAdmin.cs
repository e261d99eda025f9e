using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary><c>admin policy list|show|create|end|rearm|hygiene</c> and <c>admin package inherit</c>.</summary>
internal static class PolicyAdmin
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void MapAdminPolicies(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/policy/list", ListAsync);
        admin.MapPost("/policy/hygiene", HygieneAsync);
        admin.MapPost("/policy/show", ShowAsync);
        admin.MapPost("/policy/create", CreateAsync);
        admin.MapPost("/policy/end", EndAsync);
        admin.MapPost("/policy/rearm", RearmAsync);
        admin.MapPost("/package/inherit", InheritAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, PolicyListing listing, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(context, cancellationToken);
        var views = await AllAsync(listing, body.Text("target"), cancellationToken);
        return views.Count == 0 ? JsonAnswer.Lines("There are no policies.") : JsonAnswer.Lines([.. views.Select(PolicyAnswers.Line)]);
    }

    private static async Task<IResult> HygieneAsync(PolicyListing listing, CancellationToken cancellationToken)
    {
        var views = (await AllAsync(listing, target: null, cancellationToken)).Where(view => view.Findings.Count > 0 || view.Policy is null).ToList();
        return views.Count == 0
            ? JsonAnswer.Lines("There is nothing to look at.")
            : JsonAnswer.Lines([.. views.SelectMany(view => view.Findings.Select(finding => $"    {finding.Code}: {finding.Text}").Prepend(PolicyAnswers.Line(view)))]);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, PolicyListing listing, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(context, cancellationToken);
        var (view, denial) = await listing.FindAsync(body.Text("id") ?? "", PolicyWriter.Operator, cancellationToken);
        return view is null ? denial!.ToAnswer() : JsonAnswer.Lines(PolicyAnswers.Of(view).ToJsonString(Readable).Split('\n'));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, CreatePolicy create, RegistryDbSource source, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(context, cancellationToken);
        if (!PolicyDocument.TryRead(JsonElement.Parse(body["policy"]?.ToJsonString() ?? "null"), out var document, out var problems))
        {
            return ProposePolicy.Bad(problems).ToAnswer();
        }
        if (document.Target is not { } target)
        {
            return ProposePolicy.Bad(["A policy has a 'target'."]).ToAnswer();
        }
        var (person, refusal) = await AnswerableAsync(source, body.Text("by"), cancellationToken);
        if (person is null)
        {
            return NpmError.BadRequest(refusal!);
        }
        var (written, denial) = await create.RunAsync(document, target, PolicyWriter.Operator.For(person.Value), cancellationToken);
        return written is null ? denial!.ToAnswer() : JsonAnswer.Lines($"Policy {written.Policy.Id} on {target}.", written.Notice);
    }

    private static async Task<IResult> EndAsync(HttpContext context, EndPolicy end, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(context, cancellationToken);
        var (notice, denial) = await end.RunAsync(body.Text("id") ?? "", PolicyWriter.Operator, cancellationToken);
        return denial is null ? JsonAnswer.Lines(notice!) : denial.ToAnswer();
    }

    private static async Task<IResult> RearmAsync(HttpContext context, RearmPolicy rearm, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(context, cancellationToken);
        var (written, denial) = await rearm.RunAsync(body.Text("id") ?? "", body.Flag("forgetIds") ?? false, PolicyWriter.Operator, cancellationToken);
        return written is null ? denial!.ToAnswer() : JsonAnswer.Lines($"Policy {written.Policy.Id} on {written.Policy.Target}.", written.Notice);
    }

    private static async Task<IResult> InheritAsync(HttpContext context, SetInheritance inheritance, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(context, cancellationToken);
        if (!PackageName.TryParse(body.Text("package"), out var package) || body.Flag("inherits") is not { } inherits)
        {
            return NpmError.BadRequest("Which package, on or off?");
        }
        var (notice, denial) = await inheritance.RunAsync(package, inherits, PolicyWriter.Operator, cancellationToken);
        return denial is null ? JsonAnswer.Lines(notice!) : denial.ToAnswer();
    }

    /// <summary>The operator is no person, but somebody has to own what is published under a policy and answer for it.</summary>
    private static async Task<(long? Person, string? Refusal)> AnswerableAsync(RegistryDbSource source, string? name, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var administrators = await db.People.Where(person => person.IsAdministrator && (name == null || person.Name == name))
            .OrderBy(person => person.Id).Take(10).ToListAsync(cancellationToken);
        return administrators switch
        {
            [var only] => (only.Id, null),
            [] => (null, name is null ? "Nobody is an administrator yet who could answer for the policy." : $"No administrator is named {name}."),
            _ => (null, $"Say who answers for the policy with --by: {string.Join(", ", administrators.Select(person => person.Name))}."),
        };
    }

    private static async Task<IReadOnlyList<PolicyView>> AllAsync(PolicyListing listing, string? target, CancellationToken cancellationToken)
    {
        List<PolicyView> views = [];
        IReadOnlyList<PolicyView> page;
        do
        {
            page = await listing.AllAsync(PolicyWriter.Operator, target, binding: null, views is [.., var last] ? last.Row.Id : null, cancellationToken);
            views.AddRange(page);
        }
        while (page.Count == PolicyListing.PageSize);
        return views;
    }

    private static async Task<JsonObject> BodyAsync(HttpContext context, CancellationToken cancellationToken) =>
        (await RequestJson.ReadAsync(context.Request, cancellationToken)).Body as JsonObject ?? [];
}
