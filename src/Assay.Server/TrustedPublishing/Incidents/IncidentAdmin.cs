using Assay.Server.Answers;
using Assay.Server.Data.Rows;

namespace Assay.Server.TrustedPublishing;

/// <summary><c>admin incident preview|declare|list|show|undo</c>.</summary>
internal static class IncidentAdmin
{
    public static void MapAdminIncidents(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/incident/preview", PreviewAsync);
        admin.MapPost("/incident/declare", DeclareAsync);
        admin.MapPost("/incident/list", ListAsync);
        admin.MapPost("/incident/show", ShowAsync);
        admin.MapPost("/incident/undo", UndoAsync);
    }

    private static async Task<IResult> PreviewAsync(HttpContext context, PreviewIncident preview, CancellationToken cancellationToken)
    {
        var body = await IncidentAnswers.BodyAsync(context, cancellationToken);
        var (previewed, denial) = await preview.RunAsync(body["selection"], Responder.Operator, cancellationToken);
        return previewed is null ? denial!.ToAnswer() : JsonAnswer.Lines([.. Lines(previewed)]);
    }

    private static async Task<IResult> DeclareAsync(HttpContext context, DeclareIncident declare, CancellationToken cancellationToken)
    {
        var (wanted, unread) = IncidentEndpoints.Read(await IncidentAnswers.BodyAsync(context, cancellationToken));
        if (wanted is null)
        {
            return unread!.ToAnswer();
        }
        return await declare.RunAsync(wanted, Responder.Operator, cancellationToken) switch
        {
            Declaration.Declared declared => JsonAnswer.Lines([.. Lines(declared)]),
            Declaration.Stale => NpmError.Conflict(
                "What this would do has changed since it was previewed, so nothing was done. Look at it again: ./run admin incident preview", IncidentAnswers.StaleCode),
            Declaration.Refused refused => refused.Denial.ToAnswer(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<IResult> ListAsync(IncidentListing incidents, CancellationToken cancellationToken)
    {
        var found = await incidents.ListAsync(Responder.Operator, cancellationToken);
        return found.Count == 0 ? JsonAnswer.Lines("There were no incidents.") : JsonAnswer.Lines([.. found.Select(Line)]);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, IncidentListing incidents, CancellationToken cancellationToken)
    {
        var id = (await IncidentAnswers.BodyAsync(context, cancellationToken)).Text("id") ?? "";
        return await incidents.FindAsync(id, Responder.Operator, cancellationToken) is { } found
            ? JsonAnswer.Lines([Line(found.Row), .. Listed(found.Versions, version => version)])
            : IncidentRights.NotFound(id).ToAnswer();
    }

    private static async Task<IResult> UndoAsync(HttpContext context, UndoIncident undo, CancellationToken cancellationToken)
    {
        var id = (await IncidentAnswers.BodyAsync(context, cancellationToken)).Text("id") ?? "";
        return await undo.RunAsync(id, Responder.Operator, cancellationToken) is { } denial
            ? denial.ToAnswer()
            : JsonAnswer.Lines($"The incident {id} is undone: its versions can be read again. Its tokens stay revoked, and freezes hold until they are lifted.");
    }

    private static IEnumerable<string> Lines(IncidentPreview preview) =>
    [
        $"{preview.Versions.Count} versions of {preview.Packages.Count} packages would be quarantined:",
        .. Listed(preview.Versions, version => $"{version.Package}@{version.Version}  {version.PublishedAt:u}  {By(version)}"),
        $"{preview.Tokens.Count} live tokens would be revoked:",
        .. Listed(preview.Tokens, token => $"{token.Kind} token for {token.For.Replace('\n', ' ')}, until {token.ExpiresAt:u}"),
        $"{preview.AlreadyQuarantined} versions are quarantined already.",
        $"Preview {preview.Digest}: to do exactly this, ./run admin incident declare with the same selection, --reason and --preview {preview.Digest}",
    ];

    private static IEnumerable<string> Lines(Declaration.Declared declared)
    {
        yield return $"Incident {declared.Id} is declared: its versions are hidden from everybody, its tokens are dead.";
        if (declared.Freeze is { } added)
        {
            yield return $"Freeze {added.Freeze.Id}: nothing is written by {added.Freeze.What}, until it is lifted.";
        }
        yield return $"A named administrator undoes it, should it be wrong: POST /-/assay/v1/incidents/{declared.Id}/undo";
    }

    private static string Line(IncidentRow incident) =>
        $"{incident.Id}  {incident.CreatedAt:u} by {incident.CreatedByName}: {incident.Reason}  {incident.Selection}  {incident.Versions} versions, {incident.Tokens} tokens"
        + (incident.UndoneAt is { } at ? $"  (undone {at:u} by {incident.UndoneBy})" : "");

    private static string By(IncidentVersion version) => version.Binding is null
        ? $"person {version.Publisher}"
        : $"issuer {version.Binding}, project {version.Project}, run {version.Run}, workflow {version.Workflow}";

    private static IEnumerable<string> Listed<T>(Excerpt<T> shown, Func<T, string> line)
    {
        foreach (var item in shown.First)
        {
            yield return "    " + line(item);
        }
        if (shown.Count > shown.First.Count)
        {
            yield return $"    and {shown.Count - shown.First.Count} more";
        }
    }
}
