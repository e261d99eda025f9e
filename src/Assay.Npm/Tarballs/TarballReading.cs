namespace Assay.Npm;

/// <summary>What came of reading a tarball: <see cref="Accepted"/> or <see cref="Refused"/>.</summary>
public abstract record TarballReading
{
    private TarballReading()
    {
    }

    public sealed record Accepted(TarballContents Contents) : TarballReading;

    public sealed record Refused(TarballProblem Problem) : TarballReading;
}
