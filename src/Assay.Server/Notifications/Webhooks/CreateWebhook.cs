using System.Globalization;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Data.Sealing;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>A webhook with its secret, which is not shown again.</summary>
internal sealed record WebhookWithSecret(WebhookRow Row, string Secret);

/// <summary>Makes a webhook.</summary>
internal sealed class CreateWebhook(CommitQueue commits, SecretSeal seal, SendWebhook send, IOptions<WebhooksOptions> options)
{
    /// <param name="wanted">What is wanted.</param>
    /// <param name="user">Who makes it.</param>
    /// <param name="owner">Whose it will be, by name, where the operator makes it for somebody; null for the user's own.</param>
    /// <param name="ask">Asks for a second factor, once nothing else is in the way.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(WebhookWithSecret? Created, JsonAnswer? Denial)> RunAsync(
        WantedWebhook wanted, WebhookUser user, string? owner, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        if (send.Refuse(wanted.Url) is { } unusable)
        {
            return (null, new Denial(StatusCodes.Status400BadRequest, "invalid-webhook", $"{wanted.Url} cannot be a webhook's URL: {unusable}.").ToAnswer());
        }
        var secret = WebhookSecret.Create();
        var box = await seal.SealAsync(WebhookSecret.Purpose, secret, cancellationToken);
        WebhookRow? made = null;
        var refused = await commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            (made, var denial) = await AddAsync(commit, wanted, user, owner, box, stop);
            return denial?.ToAnswer();
        }, cancellationToken);
        return refused is null ? (new WebhookWithSecret(made!, WebhookSecret.Text(secret)), null) : (null, refused);
    }

    private async Task<(WebhookRow? Row, Denial? Denial)> AddAsync(
        Commit commit, WantedWebhook wanted, WebhookUser user, string? owner, byte[] box, CancellationToken cancellationToken)
    {
        var ownerId = owner is null
            ? user.PersonId
            : await commit.Db.People.Where(person => person.Name == owner).Select(person => (long?)person.Id).SingleOrDefaultAsync(cancellationToken);
        if (owner is not null && ownerId is null)
        {
            return (null, new Denial(StatusCodes.Status404NotFound, "person-not-found", $"There is no person named {owner}."));
        }
        if (ownerId is not null && await commit.Db.Webhooks.CountAsync(row => row.OwnerId == ownerId, cancellationToken) >= options.Value.PerPerson)
        {
            return (null, new Denial(StatusCodes.Status409Conflict, "too-many-webhooks",
                $"One person has at most {options.Value.PerPerson} webhooks (Assay:Webhooks:PerPerson). Delete one first."));
        }
        var row = new WebhookRow
        {
            OwnerId = ownerId,
            Url = wanted.Url.AbsoluteUri,
            Events = string.Join('\n', wanted.Events),
            Packages = string.Join('\n', wanted.Packages),
            Secret = box,
            CreatedAt = commit.Now,
        };
        commit.Db.Webhooks.Add(row);
        // Its number is in what is recorded.
        await commit.Db.SaveChangesAsync(cancellationToken);
        commit.Record(user.Actor, "webhook.created", row.Id.ToString(CultureInfo.InvariantCulture), $"{wanted.Url.IdnHost} for {string.Join(' ', wanted.Events)}");
        commit.Changed(Listeners.ChangeKey);
        return (row, null);
    }
}
