using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary><c>admin user invite|invitations|uninvite</c></summary>
internal static class InvitationAdmin
{
    public static void MapAdminInvitations(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/user/invite", (HttpContext context, Invitations invitations, CancellationToken stop) =>
            PeopleAdmin.NamedAsync(context, (_, body) => InviteAsync(body, invitations, stop), stop));
        admin.MapPost("/user/invitations", ListAsync);
        admin.MapPost("/user/uninvite", (HttpContext context, Invitations invitations, CancellationToken stop) => PeopleAdmin.NamedAsync(context, async (name, _) =>
            await invitations.RevokeAsync(name, AccountActor.Operator, ask: null, stop) ?? JsonAnswer.Lines($"The invitation of {name} is good no more."), stop));
    }

    private static async Task<JsonAnswer> InviteAsync(JsonObject body, Invitations invitations, CancellationToken cancellationToken)
    {
        var wanted = InvitationEndpoints.Wanted(body);
        var (written, denial) = body.Flag("again") == true
            ? await invitations.ResendAsync(wanted.Name, wanted.IsShown, AccountActor.Operator, ask: null, cancellationToken)
            : await invitations.InviteAsync(wanted, AccountActor.Operator, ask: null, cancellationToken);
        return denial ?? JsonAnswer.Lines(written!.Link is { } link
            ? $"Hand this link to {wanted.Name}, by a way that nobody else reads. It works once, until {LinkMail.Shown(written.Row.ExpiresAt)}, and is shown this one time: {link}"
            : $"An invitation goes to {written.Row.Email} by mail. Its link works once, until {LinkMail.Shown(written.Row.ExpiresAt)}.");
    }

    private static async Task<JsonAnswer> ListAsync(Invitations invitations, TimeProvider time, CancellationToken cancellationToken)
    {
        var (all, now) = (await invitations.ListAsync(cancellationToken), time.GetUtcNow());
        return JsonAnswer.Lines(all.Count == 0
            ? ["No invitation is open."]
            : all.Select(row => $"{row.Name}  {row.Email}{(row.IsAdministrator ? ", as an administrator" : "")}, {(row.IsMailed ? "by mail" : "link handed over")}, invited by {row.InvitedBy}, "
                + (row.ExpiresAt >= now ? $"until {LinkMail.Shown(row.ExpiresAt)}" : "expired")));
    }
}
