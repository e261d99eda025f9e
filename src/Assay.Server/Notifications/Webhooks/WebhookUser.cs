using Assay.Server.Audit;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;

namespace Assay.Server.Notifications;

/// <summary>Who makes, changes or looks at webhooks: a person, or the operator at the socket, who is nobody's account and may do what administrators may.</summary>
internal sealed record WebhookUser(long? PersonId, bool IsAdministrator, Actor Actor)
{
    public static WebhookUser Operator { get; } = new(null, IsAdministrator: true, Actor.Operator);

    public static WebhookUser Of(Caller.Member member) => new(member.PersonId, member.IsAdministrator, member.Actor);

    public IQueryable<WebhookRow> Visible(IQueryable<WebhookRow> rows) => IsAdministrator ? rows : rows.Where(row => row.OwnerId == PersonId);
}
