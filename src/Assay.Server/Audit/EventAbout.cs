namespace Assay.Server.Audit;

/// <summary>What the subject of an event names, and so whom it concerns.</summary>
internal enum EventAbout
{
    /// <summary>The registry as a whole, or what only its administrators know.</summary>
    Registry,

    /// <summary><c>NAME</c> or <c>NAME@VERSION</c>.</summary>
    Package,

    /// <summary>A name or a pattern first, then a space and what belongs to it: <c>NAME POLICY</c>.</summary>
    Target,

    /// <summary>A person's name.</summary>
    Person,

    /// <summary>The key of an access token.</summary>
    AccessToken,

    /// <summary>The number of a webhook.</summary>
    Webhook,

    /// <summary>Whoever did it.</summary>
    Actor,

    /// <summary><c>NAME #ID KIND</c> or <c>NAME@VERSION #ID KIND</c>; begun with the id where owners of the package must not learn of it: <c>#ID malware NAME</c>. No name begins so.</summary>
    Report,
}

/// <summary>Who gets a mail about an event. Owners are those of the package; where there is no such package, the administrators stand in.</summary>
[Flags]
internal enum EventMail
{
    None = 0,
    Person = 1,
    Owners = 2,
    Administrators = 4,
}
