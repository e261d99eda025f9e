namespace Assay.Trust.Tokens;

/// <summary>
/// <c>sub</c> is composed and can be customised, so it proves nothing; but in the form <c>repo:OWNER@OWNER_ID/REPO@REPO_ID:…</c> it
/// carries ids, and those must be the ids of the claims.
/// </summary>
internal static class GitHubSubject
{
    private const string Prefix = "repo:";

    public static bool Agrees(string? subject, string? repositoryId, string? ownerId)
    {
        if (subject is null || !subject.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return true;
        }
        // '@' cannot occur in owner or repository names, so one before the next colon can only announce an id.
        var project = subject[Prefix.Length..].Split(':')[0];
        if (!project.Contains('@', StringComparison.Ordinal))
        {
            return true;
        }
        return project.Split('/') is [var owner, var repository]
            && owner.Split('@') is [_, var subjectOwnerId] && subjectOwnerId == ownerId
            && repository.Split('@') is [_, var subjectRepositoryId] && subjectRepositoryId == repositoryId;
    }
}
