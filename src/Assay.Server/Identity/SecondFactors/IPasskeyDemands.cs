namespace Assay.Server.Identity;

/// <summary>Who demands a passkey of what is done to packages and scopes. The room of packages knows.</summary>
internal interface IPasskeyDemands
{
    /// <summary>Which of them demands it, or holds something that does; null when none.</summary>
    /// <param name="targets">Package names, scopes like <c>@acme</c>, and patterns.</param>
    /// <param name="organisation">One whose scopes are meant too, and what its teams were given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<string?> FindAsync(IReadOnlyList<string> targets, string? organisation, CancellationToken cancellationToken);
}
