using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Advisories;

/// <summary>Imported advisories are fresh enough to answer audits with.</summary>
internal sealed class AdvisoriesCheck(RegistryDbSource source, TimeProvider time, IOptions<AdvisoriesOptions> options) : IDoctorCheck
{
    private const string Remedy = "Import newer ones: ./run admin advisories import (docs/advisories.md)";

    public string Subject => "advisories";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await AdvisoryGeneration.NewestAsync(db, cancellationToken) is not { } import)
        {
            yield break;
        }
        var days = (int)(time.GetUtcNow() - import.KnownUntil).TotalDays;
        var text = $"Advisories are known until {import.KnownUntil:u}, {days} days ago";
        yield return days >= options.Value.RefuseAfterDays ? Finding.Failed($"{text}: audits are refused", Remedy)
            : days >= options.Value.WarnAfterDays ? Finding.Warning(text, Remedy)
            : Finding.Ok(text);
    }
}
