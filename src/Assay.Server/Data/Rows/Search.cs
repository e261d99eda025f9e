namespace Assay.Server.Data.Rows;

/// <summary>What can be found of a package: what is shown of the version that <c>latest</c> shows. Its words are in the text index, under the same id.</summary>
internal sealed class SearchEntryRow
{
    public long PackageId { get; set; }

    /// <summary>Null while the package shows no version; without a row it was never looked at.</summary>
    public long? VersionId { get; set; }
    public string? Description { get; set; }

    /// <summary>As their author wrote them, one a line.</summary>
    public string? Keywords { get; set; }

    /// <summary>In lower case, with a line break before, between and after, so that each is found whole.</summary>
    public string KeywordMarks { get; set; } = "";

    /// <summary>The words of the author's name, with a space before, between and after.</summary>
    public string AuthorMarks { get; set; } = "";
    public string? License { get; set; }
    public string? Homepage { get; set; }
    public string? Repository { get; set; }
    public string? Bugs { get; set; }
    public bool IsDeprecated { get; set; }

    /// <summary>A version below 1.0.0.</summary>
    public bool IsUnstable { get; set; }
}

/// <summary>What the version that <c>latest</c> shows needs where it is installed.</summary>
internal sealed class DependencyRow
{
    public long PackageId { get; set; }
    public required string Name { get; set; }
    public required string Range { get; set; }

    /// <summary><c>runtime</c>, <c>peer</c> or <c>optional</c>.</summary>
    public required string Kind { get; set; }
}
