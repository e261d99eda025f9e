using System.Security.Cryptography;
using System.Text;
using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>The one account that somebody makes for themselves, with the code that the first start printed. The code works once.</summary>
internal sealed class FirstAdministrator(RegistryDbSource source, CommitQueue commits, People people)
{
    private const string CodeAlphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    /// <summary>True while the registry has no administrator.</summary>
    public async Task<bool> IsWantedAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return !await db.People.AnyAsync(person => person.IsAdministrator, cancellationToken);
    }

    /// <summary>A fresh code, replacing any earlier one. Only its hash is kept, so each start without an administrator prints a new one.</summary>
    public async Task<string> NewCodeAsync(CancellationToken cancellationToken)
    {
        var code = RandomNumberGenerator.GetString(CodeAlphabet, 16);
        var hash = Hash(code);
        await commits.RunAsync(async (commit, stop) =>
        {
            var state = await commit.Db.State.SingleAsync(stop);
            state.SetupCodeHash = hash;
            return true;
        }, cancellationToken);
        return string.Join('-', code.Chunk(4).Select(part => new string(part)));
    }

    /// <summary>Null when created, otherwise what is wrong in one sentence.</summary>
    public Task<string?> CreateAsync(string code, NewPerson person, string address, CancellationToken cancellationToken)
    {
        var presented = Hash(code.Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant());
        return people.CreateIfAsync(person with { IsAdministrator = true }, new Actor("setup", address), async commit =>
        {
            var state = await commit.Db.State.SingleAsync();
            if (state.SetupCodeHash is not { } expected || await commit.Db.People.AnyAsync(row => row.IsAdministrator))
            {
                return "This registry has been set up already.";
            }
            if (!CryptographicOperations.FixedTimeEquals(expected, presented))
            {
                return "That is not the setup code. The server printed it when it started.";
            }
            state.SetupCodeHash = null;
            return null;
        }, cancellationToken);
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
