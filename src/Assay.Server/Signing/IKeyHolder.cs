using Assay.Server.Data;
using Assay.Server.Data.Rows;

namespace Assay.Server.Signing;

/// <summary>Where private halves are kept. The handle that it gives a key finds the key again, and says which holder to ask.</summary>
internal interface IKeyHolder
{
    /// <summary>Makes a key that outlives this process: what is signed must not outlive its key.</summary>
    NewKey Make(string purpose);

    /// <summary>Null when this node does not have it.</summary>
    /// <exception cref="StartRefused">It is there and cannot be used.</exception>
    /// <exception cref="KeyUnavailable">Whether it is there cannot be seen now.</exception>
    IPrivateKey? Find(SigningKeyRow row);

    /// <summary>Removes a key that signed nothing.</summary>
    void Forget(string handle);

    /// <summary>For operators.</summary>
    string PlaceOf(string handle);

    /// <summary>How an operator gives this node a key that it lacks.</summary>
    string RemedyFor(string handle);
}
