using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Assay.Server.Tests;

/// <summary>The house of docs/ARCHITECTURE.md: a room uses only the rooms below it.</summary>
public sealed class RoomsTests
{
    // From the top down. Rooms on one floor do not use each other.
    private static readonly string[][] Floors =
    [
        ["Hosting"],
        ["Pages"],
        ["Operations"],
        ["TrustedPublishing", "Upstream", "Import"],
        ["Notifications"],
        ["Packages"],
        ["Attestations"],
        ["Transparency"],
        ["Signing"],
        ["Identity"],
        ["Jobs"],
        ["Audit"],
        ["Blobs"],
        ["Data", "Answers", "Outbound"],
    ];

    private static readonly Architecture House =
        new ArchLoader().LoadAssemblies(Assembly.Load("Assay.Server"), Assembly.Load("Assay.Npm"), Assembly.Load("Assay.Trust")).Build();

    [Fact]
    public void No_room_uses_a_room_above_or_beside_it()
    {
        var wrong =
            from type in House.Types
            let room = RoomOf(type)
            where room is not null
            from dependency in type.Dependencies
            let other = RoomOf(dependency.Target)
            where other is not null && other != room && FloorOf(other) <= FloorOf(room)
            select $"{type.FullName} uses {dependency.Target.FullName}";

        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void Every_type_of_the_server_lives_in_a_room()
    {
        var homeless = House.Types
            .Where(type => type.FullName.StartsWith("Assay.Server.", StringComparison.Ordinal) && RoomOf(type) is null)
            .Select(type => type.FullName);

        Assert.Empty(homeless);
    }

    [Fact]
    public void The_house_has_all_its_rooms()
    {
        var rooms = House.Types.Select(RoomOf).OfType<string>().ToHashSet();

        Assert.Equal(Floors.SelectMany(floor => floor).Order(), rooms.Order());
    }

    [Theory]
    [InlineData("System.IO.File")]
    [InlineData("System.Net.Http.HttpClient")]
    [InlineData("System.Net.Sockets.Socket")]
    [InlineData("System.Environment")]
    [InlineData("System.Random")]
    public void The_pure_projects_do_not_touch_the_outside(string outside)
    {
        var users =
            from type in House.Types
            where type.FullName.StartsWith("Assay.Npm.", StringComparison.Ordinal) || type.FullName.StartsWith("Assay.Trust.", StringComparison.Ordinal)
            where type.Dependencies.Any(dependency => dependency.Target.FullName == outside)
            select type.FullName;

        Assert.Empty(users);
    }

    private static string? RoomOf(IType type)
    {
        var parts = type.FullName.Split('.', '+', '/');
        return parts is ["Assay", "Server", var room, _, ..] && Floors.Any(floor => floor.Contains(room)) ? room : null;
    }

    private static int FloorOf(string room) => Array.FindIndex(Floors, floor => floor.Contains(room));
}
