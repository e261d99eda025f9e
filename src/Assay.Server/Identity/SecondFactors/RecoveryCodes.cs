using System.Security.Cryptography;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Ten codes for when everything else is lost; each is good once, and new ones replace all of before.</summary>
internal static class RecoveryCodes
{
    public const int Count = 10;

    // 24 digits, 79 bits. npm's own prompt takes digits with spaces between them, and few other things (npm 11 and 12, lib/utils/read-user-info.js).
    private const int Length = 24;
    private const int Group = 4;

    public static IReadOnlyList<string> New() => [.. Enumerable.Range(0, Count).Select(_ => RandomNumberGenerator.GetString("0123456789", Length))];

    /// <summary>As people copy it.</summary>
    public static string Shown(string code) => string.Join(' ', code.Chunk(Group).Select(part => new string(part)));

    /// <summary>Without what people and clients put between the digits.</summary>
    public static string Plain(string typed) => typed.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    public static bool IsOne(string plain) => plain.Length == Length && plain.All(char.IsAsciiDigit);

    public static async Task ReplaceAsync(Commit commit, long personId, IReadOnlyList<string> codes, CancellationToken cancellationToken)
    {
        await commit.Db.RecoveryCodes.Where(row => row.PersonId == personId).ExecuteDeleteAsync(cancellationToken);
        commit.Db.RecoveryCodes.AddRange(codes.Select(code => new RecoveryCodeRow { PersonId = personId, Hash = Capability.Hash(code) }));
    }
}
