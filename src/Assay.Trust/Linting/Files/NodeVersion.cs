using System.Globalization;

namespace Assay.Trust.Linting.Files;

/// <summary>Which npm comes with a Node.js. Trusted publishing needs npm 11.5.1; Node.js brings it from 24.5 on.</summary>
internal static class NodeVersion
{
    private const int Major = 24;
    private const int Minor = 5;

    public const string Needs = "npm 11.5.1 or newer, which comes with Node.js 24.5";

    /// <summary>True when the npm that comes with it is too old; false when it is not, or when the text does not say.</summary>
    public static bool BringsOldNpm(string version)
    {
        var parts = version.TrimStart('v', '^', '~', '=').Split('.', '-');
        return Number(parts[0]) is { } major
            && (major < Major || (major == Major && parts.Length > 1 && Number(parts[1]) is { } minor && minor < Minor));
    }

    /// <summary>The same of a container image such as <c>node:22-alpine</c> or <c>cimg/node:22.11</c>.</summary>
    public static bool ImageBringsOldNpm(string image)
    {
        var at = image.LastIndexOf(':');
        return at > 0 && (image[..at] == "node" || image[..at].EndsWith("/node", StringComparison.Ordinal)) && BringsOldNpm(image[(at + 1)..]);
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
