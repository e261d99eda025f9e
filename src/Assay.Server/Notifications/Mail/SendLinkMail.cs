using System.Globalization;
using Assay.Server.Identity;
using Assay.Server.Jobs;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>Sends a link to the one who is to follow it.</summary>
internal sealed class SendLinkMail(LinkMail links, MailServer server, WriteMail write, IOptions<MailOptions> options, TimeProvider time) : IJob
{
    public string Kind => LinkMail.JobKind;

    public async Task<JobOutcome> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        if (!options.Value.IsOn || await links.WriteAsync(run.Payload, cancellationToken) is not { } text)
        {
            return new JobOutcome.Done();
        }
        if (!MailAddress.TryParse(text.Email, out var address))
        {
            return new JobOutcome.Hopeless($"The address of {text.Name} cannot be written to.");
        }
        return await server.SendAsync(write.Link(IdOf(run), address, text, time.GetUtcNow()), cancellationToken) switch
        {
            null => new JobOutcome.Done(),
            { IsForGood: true, Text: var problem } => new JobOutcome.Hopeless(problem),
            { Text: var problem } => new JobOutcome.Failed(problem),
        };
    }

    // With the attempt: each has a link of its own, so that a receiver must not take the second mail for the first.
    private static string IdOf(JobRun run) => string.Create(CultureInfo.InvariantCulture, $"job-{run.Id}-{run.CreatedAt.ToUnixTimeMilliseconds()}-{run.Attempt}");
}
