using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Sealing;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Signs people in on pages.</summary>
internal sealed class PageSignIn(RegistryDbSource source, CommitQueue commits, SignIn signIn, SecretSeal seal, FactorTries tries)
{
    /// <summary>
    /// Null when <paramref name="then"/> accepted it, otherwise what people are told. It is called in the commit: with the person, and with what takes their factor, which is
    /// refused or wrong before anything is done.
    /// </summary>
    public async Task<string?> RunAsync(
        SignInProof proof, string address, Func<Commit, ProvenPerson, Func<Task<FactorVerdict>>, CancellationToken, Task<FactorVerdict>> then, CancellationToken cancellationToken)
    {
        var (person, problem) = await WhoAsync(proof, address, cancellationToken);
        if (person is null)
        {
            return problem;
        }
        return await RunAsync(person, address, then, cancellationToken);
    }

    /// <summary>As above, for somebody whom the identity provider has proved in place of a password.</summary>
    public async Task<string?> RunAsync(
        ProvenPerson person, string address, Func<Commit, ProvenPerson, Func<Task<FactorVerdict>>, CancellationToken, Task<FactorVerdict>> then, CancellationToken cancellationToken)
    {
        var actor = new Actor(person.Name, address);
        var key = await FactorKey.ForAsync(seal, person.Factor, cancellationToken);
        var verdict = await tries.RunAsync(person.Id, address, person.Factor, () => commits.RunAsync(async (commit, stop) =>
            await commit.Db.People.AnyAsync(row => row.Id == person.Id && row.DisabledAt != null, stop)
                ? new FactorVerdict.Refused(SignIn.Disabled)
                : await then(commit, person, () => AcceptFactor.RunIfEnrolledAsync(commit, key, person.Id, person.Factor, actor, stop), stop), cancellationToken), cancellationToken);
        return verdict.Problem;
    }

    /// <summary>Whether this person is to be asked for a password where they prove themselves once more.</summary>
    public Task<bool> HasPasswordAsync(long personId, CancellationToken cancellationToken) => signIn.HasPasswordAsync(personId, cancellationToken);

    private async Task<(ProvenPerson? Person, string? Problem)> WhoAsync(SignInProof proof, string address, CancellationToken cancellationToken)
    {
        if (proof is { Factor: FactorAnswer.Passkey { PersonId: var id }, Name: "" })
        {
            await using var db = source.Open();
            return (new ProvenPerson(id, await db.People.Where(row => row.Id == id).Select(row => row.Name).SingleAsync(cancellationToken), proof.Factor), null);
        }
        return await signIn.CheckAsync(proof.Name, proof.Password, address, cancellationToken) switch
        {
            SignInResult.Accepted accepted => (new ProvenPerson(accepted.Person.Id, accepted.Person.Name, proof.Factor), null),
            SignInResult.Wait wait => (null, wait.Text),
            SignInResult.Refused refused => (null, refused.Text),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
