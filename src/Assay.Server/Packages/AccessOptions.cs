namespace Assay.Server.Packages;

internal enum ReadAccess
{
    Members,
    Public,
}

/// <summary>Section <c>Assay:Access</c>.</summary>
internal sealed class AccessOptions
{
    public const string Section = "Assay:Access";

    /// <summary>Who reads a package whose publish did not say: signed-in people, or everybody.</summary>
    public ReadAccess Read { get; set; } = ReadAccess.Members;

    /// <summary>The widest access that a publish may ask for; never narrower than <see cref="Read"/>.</summary>
    public ReadAccess Ceiling { get; set; } = ReadAccess.Members;
}
