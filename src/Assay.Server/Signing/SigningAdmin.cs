using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data.Rows;
using Assay.Server.Signing.Tokens;

namespace Assay.Server.Signing;

/// <summary><c>admin key list|rotate</c>.</summary>
internal static class SigningAdmin
{
    public static void MapAdminKeys(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/key/list", async (SigningKeys keys, KeyHolders holders, CancellationToken cancellationToken) =>
        {
            var rows = await keys.ListAsync(cancellationToken);
            return JsonAnswer.Lines([.. rows.Select(Line), .. Warnings(rows, holders)]);
        });
        admin.MapPost("/key/rotate", RotateAsync);
    }

    private static async Task<IResult> RotateAsync(HttpContext context, RotateKey rotate, SigningKeys keys, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        var purpose = (json as JsonObject)?.Text("purpose");
        if (problem is not null || !KeyPurpose.All.Contains(purpose, StringComparer.Ordinal))
        {
            return problem ?? NpmError.BadRequest($"Which key? There are: {string.Join(", ", KeyPurpose.All)}.");
        }
        var id = await rotate.RunAsync(purpose!, Actor.Operator, cancellationToken);
        var row = (await keys.ListAsync(cancellationToken)).Single(row => row.KeyId == id);
        return JsonAnswer.Lines($"{id} signs from now on. What the one before signed stays good, and clients still get that key.", TokenKeys.Has(row.Handle)
            ? "It was made on the token: other nodes of this registry need the same one."
            : "Other nodes of this registry need the new file too: see Assay:Signing:KeysDirectory.");
    }

    private static string Line(SigningKeyRow row) =>
        $"{row.Purpose}  {row.KeyId}  since {row.CreatedAt:u}  {(row.ExpiresAt is { } end ? $"until {end:u}" : "in use")}  {row.Handle}";

    private static IEnumerable<string> Warnings(IEnumerable<SigningKeyRow> rows, KeyHolders holders) =>
        rows.Where(row => row.ExpiresAt is null).Select(row => holders.Warning(row.Purpose, row.Handle)).OfType<string>();
}
