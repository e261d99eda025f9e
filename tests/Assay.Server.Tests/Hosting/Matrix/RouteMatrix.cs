namespace Assay.Server.Tests.Hosting.Matrix;

/// <param name="Route">Method and pattern.</param>
/// <param name="Body">What is sent.</param>
/// <param name="Told">What each of <see cref="MatrixWorld.Callers"/> is told, in their order.</param>
/// <param name="Rejected">What a credential that is no good is told, where that is not what nobody is told.</param>
internal sealed record MatrixRow(string Route, string? Body, string Told, string? Rejected = null);

internal static class RouteMatrix
{
    public static MatrixRow[] Rows { get; } =
    [
        //  nobody stranger foreign reader writer owner administrator run
        new("GET /-/whoami", null, "401 ok ok ok ok ok ok 403"),
    ];
}
