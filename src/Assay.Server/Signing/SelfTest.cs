namespace Assay.Server.Signing;

/// <summary>What a key signs to show that it can.</summary>
internal static class SelfTest
{
    /// <summary>Neither a version's message nor a note nor an envelope: a signature of it, shown as one of those, verifies nothing.</summary>
    public static ReadOnlySpan<byte> Message => "assay self-test; this signature says nothing"u8;
}
