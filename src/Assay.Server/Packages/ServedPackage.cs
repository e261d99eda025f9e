namespace Assay.Server.Packages;

/// <summary>A package's documents, ready to be sent.</summary>
internal abstract class ServedPackage
{
    public abstract PreparedDocument Full { get; }

    public abstract PreparedDocument Abbreviated { get; }

    public abstract string CacheControl { get; }

    /// <summary>When what readers see last became something else: a quarantine changes it without changing the package.</summary>
    public required DateTimeOffset ShownSince
    {
        get;
        init
        {
            field = value;
            LastModified = value.ToString("R");
        }
    }

    /// <summary>As the header of that name spells it.</summary>
    public string LastModified { get; private init; } = "";
}
