namespace Assay.Server.Upstream;

/// <summary>Whether a registry still takes our token.</summary>
internal enum TokenState
{
    Works,

    /// <summary>It says that it does not.</summary>
    Refused,

    /// <summary>It answers, and nothing that it answers depends on the token.</summary>
    Unproved,

    /// <summary>It cannot be asked.</summary>
    Silent,
}

/// <param name="State">What came of asking.</param>
/// <param name="Text">The same as a sentence's end, after the registry's name.</param>
internal sealed record TokenProof(TokenState State, string Text);
