namespace Assay.CiSimulator;

/// <summary>One thing that is wrong with a token; everything else about it is right.</summary>
public enum Forgery
{
    None,

    /// <summary>Issued and expired an hour ago.</summary>
    Expired,

    /// <summary>Issued an hour in the future.</summary>
    NotYetValid,

    /// <summary>Names an issuer nobody bound; the signature is good.</summary>
    WrongIssuer,

    /// <summary>Signed with a key the issuer never published, under that key's own id.</summary>
    UnknownKey,

    /// <summary>Signed with a foreign key under the id of a published one.</summary>
    BadSignature,

    /// <summary>Not signed at all: <c>alg: none</c>.</summary>
    AlgNone,

    /// <summary><c>alg: HS256</c>, with the published RSA key (as PEM) for the shared secret.</summary>
    Hs256PublicKey,
}
