using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;
using Assay.Server.Transparency;

namespace Assay.Server.Packages;

/// <summary>What is the same of every new version, published or imported: its package's row, its own with the registry's signature, its leaf.</summary>
internal sealed class KeepVersion(LogWriter log)
{
    /// <summary>The row of the package, as it is with one more version. A new one has its id, and no owner yet.</summary>
    /// <param name="commit">The commit that makes the version visible.</param>
    /// <param name="name">The package.</param>
    /// <param name="decision">What was decided in that commit.</param>
    /// <param name="since">When the package began, if this is its first version or it turns out to be older than was known.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task<PackageRow> PackageAsync(
        Commit commit, PackageName name, PublishDecision decision, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var package = decision.Package ?? new PackageRow { Name = name.Value, Scope = name.Scope, Access = "", CreatedAt = since };
        if (decision.Package is null)
        {
            commit.Db.Packages.Add(package);
        }
        else
        {
            commit.Db.Packages.Attach(package);
        }
        package.Access = decision.Access;
        package.Revision++;
        package.ModifiedAt = commit.Now;
        package.UnpublishedAt = null;
        package.UnpublishedBy = null;
        if (!decision.HasVersions || since < package.CreatedAt)
        {
            package.CreatedAt = since;
        }
        if (decision.Package is null)
        {
            await commit.Db.SaveChangesAsync(cancellationToken);
        }
        commit.Changed(PackageDocuments.ChangeKey(name));
        return package;
    }

    /// <summary>The row of the version, signed.</summary>
    public static VersionRow Version(Commit commit, PackageRow package, JudgedTarball tarball, VersionOrigin origin, SigningKey key)
    {
        var version = Row(package.Id, tarball, origin);
        SignVersions.Sign(version, tarball.Manifest.Name, key);
        commit.Db.Versions.Add(version);
        return version;
    }

    /// <summary>The leaf that says that this version is there from now on. Each version has exactly one.</summary>
    public Task LogAsync(Commit commit, PackageRow package, VersionRow version, CancellationToken cancellationToken) =>
        log.AppendAsync(commit, LogEvent.Publish(package, version), cancellationToken);

    private static VersionRow Row(long packageId, JudgedTarball tarball, VersionOrigin origin) => new()
    {
        PackageId = packageId,
        Version = tarball.Manifest.Version.ToString(),
        FullJson = tarball.Manifest.FullJson.ToArray(),
        AbbreviatedJson = tarball.Manifest.AbbreviatedJson.ToArray(),
        Sha512 = tarball.Bytes.Integrity.Digest.ToArray(),
        Shasum = tarball.Bytes.Shasum,
        Size = tarball.Bytes.Length,
        FileCount = tarball.Contents.FileCount,
        UnpackedSize = tarball.Contents.UnpackedSize,
        Readme = tarball.Contents.Readme,
        ReadmeFilename = tarball.Contents.ReadmeFilename,
        PublishedAt = origin.PublishedAt,
        PublisherName = origin.PublisherName,
        PublisherEmail = origin.PublisherEmail,
        PublisherCredential = origin.Credential,
        PublisherId = origin.PublisherId,
        TrustedPublisher = origin.TrustedPublisher,
        PolicyId = origin.PolicyId,
        ApproverName = origin.ApproverName,
        ApproverEmail = origin.ApproverEmail,
        BindingId = origin.Run?.BindingId,
        ProjectId = origin.Run?.ProjectId,
        RunId = origin.Run?.RunId,
        Workflow = origin.Run?.Workflow,
        RunJson = origin.Run?.RunJson,
        ImportedFrom = origin.ImportedFrom,
        ImportedAt = origin.ImportedAt,
    };
}
