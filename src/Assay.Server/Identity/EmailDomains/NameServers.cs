using System.Collections.Concurrent;
using DnsClient;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>What name servers say of a domain.</summary>
internal enum DomainAnswer
{
    /// <summary>Nothing that counts: silence, a failure, a refusal, or that there is no record of the kind that was asked for.</summary>
    Nothing,
    Exists,
    DoesNotExist,
}

/// <summary>Asks name servers whether domains exist: a few at a time, each for a few seconds.</summary>
internal sealed partial class NameServers(IOptions<IdentityOptions> options, ILogger<NameServers> logger)
{
    private const int Together = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Where mail for a domain goes (RFC 5321, section 5.1). One is asked for; the other where that does not tell.
    private static readonly QueryType[] Kinds = [QueryType.MX, QueryType.A];

    public async Task<IReadOnlyDictionary<string, DomainAnswer>> AskAsync(IReadOnlyCollection<string> domains, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentDictionary<string, DomainAnswer>(StringComparer.Ordinal);
        if (Open() is not { } client)
        {
            NobodyToAsk(logger);
            return answers;
        }
        await Parallel.ForEachAsync(domains, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellationToken }, async (domain, stop) =>
            answers[domain] = await AskAsync(client, domain, stop));
        return answers;
    }

    /// <summary>Anew each time: a machine's name servers change. Null when it has none; the library would ask somebody else's then.</summary>
    private LookupClient? Open()
    {
        NameServer[] servers = options.Value.EmailDomains.Servers is { Count: > 0 } named
            ? [.. named.Select(text => EmailDomainsOptions.TryParse(text, out var server) ? new NameServer(server) : throw new InvalidOperationException("The start refuses it."))]
            : [.. NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false)];
        return servers.Length == 0 ? null : new LookupClient(new LookupClientOptions(servers) { UseCache = false, Timeout = Patience, Retries = 1 });
    }

    private async Task<DomainAnswer> AskAsync(LookupClient client, string domain, CancellationToken cancellationToken)
    {
        var missing = 0;
        foreach (var kind in Kinds)
        {
            switch (await AskAsync(client, domain, kind, cancellationToken))
            {
                case { HasError: false, Answers.Count: > 0 }:
                    return DomainAnswer.Exists;
                case null:
                    return DomainAnswer.Nothing;
                // With an answer it is an alias that exists, to something that does not (RFC 6604).
                case { Header.ResponseCode: DnsHeaderResponseCode.NotExistentDomain, Answers.Count: 0 }:
                    missing++;
                    break;
                default:
                    break;
            }
        }
        return missing == Kinds.Length ? DomainAnswer.DoesNotExist : DomainAnswer.Nothing;
    }

    private async Task<IDnsQueryResponse?> AskAsync(LookupClient client, string domain, QueryType kind, CancellationToken cancellationToken)
    {
        try
        {
            return await client.QueryAsync($"{domain}.", kind, cancellationToken: cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: what a server answers for one domain must not end the round of all.
            NoAnswer(logger, domain, failure.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This machine has no name servers to ask about the domains of e-mail addresses")]
    private static partial void NobodyToAsk(ILogger logger);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No answer of name servers about {Domain}: {Problem}")]
    private static partial void NoAnswer(ILogger logger, string domain, string problem);
}
