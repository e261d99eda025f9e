namespace Assay.Server.Packages;

/// <summary>The kinds of images that are served for readmes: pictures and nothing that a browser could run.</summary>
internal static class RasterImage
{
    /// <summary>The type by the ending of the name; null for all that is no raster image.</summary>
    public static string? TypeOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".avif" => "image/avif",
        _ => null,
    };

    /// <summary>Whether the bytes begin as that type does: a name alone is the publisher's word.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes, string type) => type switch
    {
        "image/png" => bytes.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]),
        "image/jpeg" => bytes.StartsWith<byte>([0xFF, 0xD8, 0xFF]),
        "image/gif" => bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8),
        "image/webp" => bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8),
        "image/avif" => bytes.Length >= 12 && bytes[4..].StartsWith("ftypavi"u8),
        _ => false,
    };
}
