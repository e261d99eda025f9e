using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>
/// A JSON object as protobuf writes it: absent, null and the zero value are one case (a log's first entry comes without its index), 64-bit numbers
/// are decimal strings, bytes are base64. Members that we do not know are passed over; two of one name are refused.
/// </summary>
internal readonly struct ProtoObject
{
    private const int Depth = 64;
    private readonly JsonElement element;

    private ProtoObject(JsonElement element) =>
        this.element = element.ValueKind is JsonValueKind.Object ? element : throw new MalformedException("an object was expected");

    /// <summary>The one place where what reading throws becomes "no".</summary>
    public static bool TryRead<T>(ReadOnlyMemory<byte> utf8, Func<ProtoObject, T> read, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!Utf8.IsValid(utf8.Span))
        {
            return false;
        }
        try
        {
            value = read(new ProtoObject(JsonElement.Parse(
                utf8.Span, new JsonDocumentOptions { MaxDepth = Depth, AllowDuplicateProperties = false })));
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or MalformedException)
        {
            // InvalidOperationException: half a surrogate pair, written as an escape.
            return false;
        }
    }

    public bool Has(string name) => Find(name) is not null;

    public JsonElement Element(string name) => Find(name) ?? default;

    public ProtoObject Object(string name) => OptionalObject(name) ?? throw new MalformedException($"{name} is missing");

    public ProtoObject? OptionalObject(string name) => Find(name) is { } found ? new ProtoObject(found) : null;

    public IReadOnlyList<ProtoObject> Objects(string name, int most) => [.. Items(name, most).Select(item => new ProtoObject(item))];

    public IReadOnlyList<byte[]> ListOfBytes(string name, int most) => [.. Items(name, most).Select(Decode)];

    public IReadOnlyList<string> ListOfTexts(string name, int most) => [.. Items(name, most).Select(Text)];

    public string Text(string name) => Find(name) is { } found ? Text(found) : "";

    public byte[] Bytes(string name) => Find(name) is { } found ? Decode(found) : [];

    public long Number(string name) => Text(name) switch
    {
        "" => Find(name) is null ? 0 : throw new MalformedException($"{name} is empty"),
        ['0', _, ..] => throw new MalformedException($"{name} begins with a zero"),
        var digits => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new MalformedException($"{name} is not a decimal number"),
    };

    public DateTimeOffset? Time(string name) => Find(name) is not { } found ? null
        : found.ValueKind is JsonValueKind.String && found.TryGetDateTimeOffset(out var time) ? time
        : throw new MalformedException($"{name} is not a time");

    /// <summary>All members, each of which must be text.</summary>
    public IReadOnlyDictionary<string, string> Texts() => element.EnumerateObject().ToDictionary(member => member.Name, member => Text(member.Value));

    private JsonElement? Find(string name) =>
        element.TryGetProperty(name, out var found) && found.ValueKind is not JsonValueKind.Null ? found : null;

    private List<JsonElement> Items(string name, int most)
    {
        if (Find(name) is not { } found)
        {
            return [];
        }
        return found.ValueKind is JsonValueKind.Array && found.GetArrayLength() <= most
            ? [.. found.EnumerateArray()]
            : throw new MalformedException($"{name} is not a list of at most {most}");
    }

    private static string Text(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : throw new MalformedException("text was expected");

    private static byte[] Decode(JsonElement value) => StrictBase64.Decode(Text(value)) ?? throw new MalformedException("base64 was expected");
}
