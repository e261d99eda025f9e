using Assay.Server.Answers;
using Assay.Server.Packages;

namespace Assay.Server.TrustedPublishing;

/// <summary><c>admin freeze add|list|lift</c>.</summary>
internal static class FreezeAdmin
{
    public static void MapAdminFreezes(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/freeze/add", AddAsync);
        admin.MapPost("/freeze/list", ListAsync);
        admin.MapPost("/freeze/lift", LiftAsync);
    }

    private static async Task<IResult> AddAsync(HttpContext context, AddFreeze add, CancellationToken cancellationToken)
    {
        var (subject, reason, unread) = FreezeEndpoints.Read(await IncidentAnswers.BodyAsync(context, cancellationToken));
        if (subject is null)
        {
            return unread!.ToAnswer();
        }
        var (added, denial) = await add.RunAsync(subject, reason, Responder.Operator, cancellationToken);
        return added is null
            ? denial!.ToAnswer()
            : JsonAnswer.Lines(
                $"Freeze {added.Freeze.Id}: nothing is written by {added.Freeze.What}, until: ./run admin freeze lift {added.Freeze.Id}",
                $"{added.RevokedTokens} exchanged tokens were revoked.");
    }

    private static async Task<IResult> ListAsync(HttpContext context, FreezeListing freezes, CancellationToken cancellationToken)
    {
        var body = await IncidentAnswers.BodyAsync(context, cancellationToken);
        var found = await freezes.ListAsync(Responder.Operator, body.Flag("all") ?? false, before: null, cancellationToken);
        return found.Count == 0 ? JsonAnswer.Lines("Nothing is frozen.") : JsonAnswer.Lines([.. found.Select(Line)]);
    }

    private static async Task<IResult> LiftAsync(HttpContext context, LiftFreeze lift, CancellationToken cancellationToken)
    {
        var body = await IncidentAnswers.BodyAsync(context, cancellationToken);
        if (!long.TryParse(body.Text("id"), out var id))
        {
            return NpmError.BadRequest("Which freeze? See: ./run admin freeze list");
        }
        var (lifted, denial) = await lift.RunAsync(id, Responder.Operator, cancellationToken);
        return lifted is null ? denial!.ToAnswer() : JsonAnswer.Lines($"Freeze {id} is lifted: {lifted.What}.");
    }

    private static string Line(Freeze freeze) =>
        $"{freeze.Id}  {freeze.What}  since {freeze.At:u} by {freeze.By}: {freeze.Reason}"
        + (freeze.LiftedAt is { } at ? $"  (lifted {at:u} by {freeze.LiftedBy})" : "");
}
