using System.Text.Json.Nodes;
using Assay.Server.Packages;

namespace Assay.Server.Upstream.Advisories;

/// <summary>What is known of the packages that were asked about.</summary>
internal abstract record AdvisoryAnswer
{
    /// <summary>Affected packages alone, each with its advisories, as npm reads them. Those that are not in it are not affected, as far as this goes.</summary>
    internal sealed record Known(JsonObject Packages) : AdvisoryAnswer
    {
        /// <summary>What limits the answer, for people.</summary>
        public string? Notice { get; init; }

        /// <summary>Takes over what another source knows of other packages.</summary>
        public void Take(Known others)
        {
            var all = others.Packages.ToList();
            others.Packages.Clear();
            foreach (var (name, advisories) in all)
            {
                Packages[name] = advisories;
            }
        }
    }

    /// <summary>Nothing can be said. It never looks like an answer that found nothing.</summary>
    internal sealed record Unknown(Denial Denial) : AdvisoryAnswer;
}

/// <summary>Somebody who knows advisories.</summary>
/// <remarks>One for what was imported; one that asks an upstream registry, which is only handed names that are not ours.</remarks>
internal interface IAdvisorySource
{
    AdvisoriesFrom From { get; }

    Task<AdvisoryAnswer> AskAsync(AuditRequest asked, CancellationToken cancellationToken);
}
