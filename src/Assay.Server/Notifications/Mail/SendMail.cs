using System.Globalization;
using Assay.Server.Data;
using Assay.Server.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>Sends one mail to one person, to the address that they have now.</summary>
internal sealed class SendMail(RegistryDbSource source, MailServer server, WriteMail write, IOptions<MailOptions> options) : IJob
{
    public const string JobKind = "mail";

    /// <summary>One server takes them all.</summary>
    public const string Lane = "mail";

    public string Kind => JobKind;

    public async Task<JobOutcome> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var mail = ChosenMail.From(run.Payload);
        await using var db = source.Open();
        var happened = await db.AuditEvents.SingleOrDefaultAsync(row => row.Id == mail.EventId, cancellationToken);
        var person = await db.People.SingleOrDefaultAsync(row => row.Id == mail.PersonId, cancellationToken);
        if (happened is null || person is not { EmailDomainGoneAt: null } || !options.Value.IsOn)
        {
            // Nobody is left to tell, or nothing to tell, or the address is whoever's has its domain next, or the operator wants no mails any more.
            return new JobOutcome.Done();
        }
        if (!MailAddress.TryParse(person.Email, out var address))
        {
            return new JobOutcome.Hopeless($"The address of {person.Name} cannot be written to.");
        }
        var message = write.About(IdOf(run), (person.Name, address), happened, mail.Reason);
        return await server.SendAsync(message, cancellationToken) switch
        {
            null => new JobOutcome.Done(),
            { IsForGood: true, Text: var text } => new JobOutcome.Hopeless(text),
            { Text: var text } => new JobOutcome.Failed(text),
        };
    }

    // With its time: a registry that was restored counts its jobs anew.
    private static string IdOf(JobRun run) => string.Create(CultureInfo.InvariantCulture, $"job-{run.Id}-{run.CreatedAt.ToUnixTimeMilliseconds()}");
}
