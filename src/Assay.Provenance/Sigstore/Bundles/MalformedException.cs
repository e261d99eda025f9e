namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>Ends the reading of a document deep inside; it never leaves <see cref="ProtoObject.TryRead"/>.</summary>
internal sealed class MalformedException : Exception
{
    public MalformedException()
    {
    }

    public MalformedException(string message)
        : base(message)
    {
    }

    public MalformedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
