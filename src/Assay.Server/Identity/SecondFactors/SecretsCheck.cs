using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>This node can read what was sealed.</summary>
internal sealed class SecretsCheck(SecretsKey key, RegistryDbSource source) : IDoctorCheck
{
    public string Subject => "second factors";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var needed = await db.Totps.Select(row => row.KeyId).Distinct().ToListAsync(cancellationToken);
        yield return Look(needed);
    }

    private Finding Look(List<string> needed)
    {
        try
        {
            var found = key.Find();
            return needed.Find(id => id != found?.Id) is { } missing
                ? Finding.Failed($"Codes of people need the key {missing}, and {key.Path} is {(found is null ? "missing" : "another one")}", "Copy the file from the node or the backup that has it: docs/second-factor.md")
                : Finding.Ok(found is null ? "No secret of anybody's second factor is kept yet" : $"The key of second factors is there ({key.Path})");
        }
        catch (SecretsUnavailable failure)
        {
            return Finding.Failed(failure.Message, "See docs/second-factor.md");
        }
    }
}
