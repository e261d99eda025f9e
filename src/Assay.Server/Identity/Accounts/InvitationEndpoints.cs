using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;

namespace Assay.Server.Identity;

/// <summary>Invitations for administrators: the same operations as <c>admin user invite</c>.</summary>
internal static class InvitationEndpoints
{
    public static void MapInvitations(this IEndpointRouteBuilder app)
    {
        var invitations = app.MapGroup("/-/assay/v1/invitations");
        invitations.AddEndpointFilter(UserEndpoints.AdministratorsOnly);
        invitations.MapGet("", async (Invitations all, CancellationToken stop) => JsonAnswer.Ok(new JsonObject
        {
            ["invitations"] = new JsonArray([.. (await all.ListAsync(stop)).Select(row => Shown(row, null))]),
        }));
        invitations.MapPost("", InviteAsync);
        invitations.MapPost("/{name}/resend", ResendAsync);
        invitations.MapDelete("/{name}", RevokeAsync);
    }

    private static async Task<JsonAnswer> InviteAsync(HttpContext context, Caller caller, Invitations invitations, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body)
        {
            return problem ?? NpmError.BadRequest("Say who is invited: 'name' and 'email'.");
        }
        var wanted = Wanted(body);
        var words = $"invite {wanted.Name} ({wanted.Email}){(wanted.IsAdministrator ? " as an administrator" : "")}";
        var (written, denial) = await invitations.InviteAsync(
            wanted, AccountActor.Of((Caller.Member)caller), UserEndpoints.Ask(context, caller, gate, words, cancellationToken), cancellationToken);
        return denial ?? JsonAnswer.Created(Shown(written!.Row, written.Link));
    }

    private static async Task<JsonAnswer> ResendAsync(
        string name, HttpContext context, Caller caller, Invitations invitations, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        var (isShown, problem) = await UserEndpoints.WantsLinkAsync(context, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (written, denial) = await invitations.ResendAsync(
            name, isShown, AccountActor.Of((Caller.Member)caller), UserEndpoints.Ask(context, caller, gate, $"invite {name} again", cancellationToken), cancellationToken);
        return denial ?? JsonAnswer.Ok(Shown(written!.Row, written.Link));
    }

    private static async Task<JsonAnswer> RevokeAsync(
        string name, HttpContext context, Caller caller, Invitations invitations, SecondFactorGate gate, CancellationToken cancellationToken) =>
        await invitations.RevokeAsync(
            name, AccountActor.Of((Caller.Member)caller), UserEndpoints.Ask(context, caller, gate, $"revoke the invitation of {name}", cancellationToken), cancellationToken)
        ?? JsonAnswer.Ok(new JsonObject { ["ok"] = true });

    public static NewInvitation Wanted(JsonObject body) =>
        new(body.Text("name") ?? "", body.Text("email") ?? "", body.Flag("administrator") ?? false) { IsShown = body.Flag("showLink") ?? false };

    private static JsonObject Shown(InvitationRow row, string? link) => new()
    {
        ["name"] = row.Name,
        ["email"] = row.Email,
        ["administrator"] = row.IsAdministrator,
        ["mailed"] = row.IsMailed,
        ["invitedBy"] = row.InvitedBy,
        ["created"] = JsonTime.Of(row.CreatedAt),
        ["expires"] = JsonTime.Of(row.ExpiresAt),
        // Shown this one time.
        ["link"] = link,
    };
}
